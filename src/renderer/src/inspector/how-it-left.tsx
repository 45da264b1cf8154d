import type { MouseEvent } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp, usePicture } from '../stores/app-context.tsx'
import { askedAt } from '../stores/picture-store.ts'
import { selection } from '../stores/ui-store.ts'
import { strings } from '../ui/strings.ts'

/** How the peer left, which leads to why. Of a past moment nothing is told that came later: then it is only said. */
export function HowItLeft(props: { readonly peerId: PeerId; readonly at: number; readonly words: string }) {
  const { peerId, at, words } = props
  const { ui } = useApp()
  const shown = usePicture(askedAt)
  if (shown === undefined || (shown ?? Infinity) < at)
    return (
      <span className="ps-number ps-clip" title={words}>
        {words}
      </span>
    )
  const title = strings.health.why.departure
  const show = ({ currentTarget }: MouseEvent<HTMLButtonElement>): void => {
    ui.setState(selection(peerId, at))
    // Why stands above all else, and is out of sight from here.
    currentTarget.closest('.ps-inspector-body')?.scrollTo({ top: 0 })
  }
  return (
    <button type="button" className="ps-link ps-clip" title={`${words}: ${title}`} onClick={show}>
      {words}
    </button>
  )
}
