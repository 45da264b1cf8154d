import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useId } from 'react'
import type { ReactNode } from 'react'
import { useApp, useUi } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'

/** How much of a list is shown. */
export const LIST_SHOWN = 30

/** A part of the inspector that can be folded; how it was left is remembered. */
export function Section(props: {
  /** What it is remembered by. */
  readonly id: string
  readonly title: string
  readonly end?: ReactNode
  readonly children: ReactNode
}) {
  const { ui } = useApp()
  const body = useId()
  const folded = useUi((state) => state.folded.includes(props.id))
  const Chevron = folded ? IconChevronRight : IconChevronDown
  const toggle = (): void => {
    const others = ui.getState().folded.filter((one) => one !== props.id)
    ui.setState({ folded: folded ? others : [...others, props.id] })
  }
  return (
    <section className="ps-section" data-section={props.id}>
      <div className="ps-section-head">
        <h3>
          <button type="button" aria-expanded={!folded} aria-controls={folded ? undefined : body} onClick={toggle}>
            <Chevron size={13} aria-hidden />
            {props.title}
          </button>
        </h3>
        {props.end}
      </div>
      {folded ? null : <div id={body}>{props.children}</div>}
    </section>
  )
}

/** How much of a list is not shown. */
export function More({ count }: { readonly count: number }) {
  return count > 0 ? <span className="ps-number">{strings.inspector.more(count)}</span> : null
}
