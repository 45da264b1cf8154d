import type { MouseEvent } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp } from '../stores/app-context.tsx'
import { selection } from '../stores/ui-store.ts'
import { strings } from '../ui/strings.ts'

/** How the peer left, which leads to why: at a moment before that too, where the place of why says that it is still to come. */
export function HowItLeft(props: { readonly peerId: PeerId; readonly at: number; readonly words: string }) {
  const { peerId, at, words } = props
  const { ui } = useApp()
  const title = strings.health.why.departure
  const show = ({ currentTarget }: MouseEvent<HTMLButtonElement>): void => {
    ui.setState(selection(peerId, at))
    // Why stands above all else, and is out of sight from here.
    currentTarget.closest('.ps-inspector-body')?.scrollTo({ top: 0 })
  }
  return (
    <button type="button" className="ps-link ps-wrap" title={`${words}: ${title}`} onClick={show}>
      {words}
    </button>
  )
}
