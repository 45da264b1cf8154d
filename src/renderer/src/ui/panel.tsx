import { useId } from 'react'
import type { ReactNode } from 'react'

/** One part of a page. `end` stands at the right of its title, `note` below it. */
export function Panel(props: {
  readonly title: string
  readonly note?: string
  readonly end?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section className="ps-panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.end === undefined ? null : <span className="ps-panel-end">{props.end}</span>}
      </header>
      {props.note === undefined ? null : <p className="ps-panel-note">{props.note}</p>}
      {props.children}
    </section>
  )
}
