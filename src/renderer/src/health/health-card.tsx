import { useId } from 'react'
import type { ReactNode } from 'react'

/** One part of the page. `end` stands at the right of its title. */
export function HealthCard(props: { readonly title: string; readonly end?: ReactNode; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section className="ps-health-card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.end === undefined ? null : <span className="ps-health-end">{props.end}</span>}
      </header>
      {props.children}
    </section>
  )
}
