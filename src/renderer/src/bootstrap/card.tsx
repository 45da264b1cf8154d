import { Loader } from '@mantine/core'
import { useId } from 'react'
import type { ReactNode } from 'react'
import { strings } from '../ui/strings.ts'

/** One part of the page. `end` stands at the right of its title. */
export function Card({
  title,
  note,
  end,
  children,
}: {
  readonly title: string
  readonly note: string
  readonly end?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section className="ps-boot-card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {end === undefined ? null : <span className="ps-boot-end">{end}</span>}
      </header>
      <p className="ps-boot-note">{note}</p>
      {children}
    </section>
  )
}

/** Why there is nothing to show, and what can be done. */
export function Nothing({ title, help, children }: { title?: string; help: string; children?: ReactNode }) {
  return (
    <div className="ps-boot-nothing">
      {title === undefined ? null : <strong>{title}</strong>}
      <span>{help}</span>
      {children}
    </div>
  )
}

/** Something is on its way. */
export function Loading({ text = strings.bootstrap.loading }: { readonly text?: string }) {
  return (
    <div className="ps-boot-nothing" data-row>
      <Loader size={14} aria-hidden /> <span>{text}</span>
    </div>
  )
}
