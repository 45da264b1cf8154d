import type { PeerId } from '../../../shared/ids.ts'
import { useApp, useForms, usePeers } from '../stores/app-context.tsx'
import { selection } from '../stores/ui-store.ts'
import type { View } from '../stores/ui-store.ts'
import { Nickname } from './pieces.tsx'
import { strings } from './strings.ts'

/**
 * A peer's name, which selects it. We are called "this peer".
 * @param view where it is shown; here where left out
 * @param leftAt when it left, where that is what is told of it: that departure is explained then
 * @param title what a click does; its id where left out
 */
export function PeerLink(props: {
  readonly peerId: PeerId
  readonly view?: View
  readonly leftAt?: number
  readonly title?: string
}) {
  const { peerId, view, leftAt, title } = props
  const { ui } = useApp()
  const forms = useForms()
  const self = usePeers(({ status }) => 'self' in status && status.self === peerId)
  return (
    <button
      type="button"
      className="ps-link"
      title={title ?? forms.id(peerId)}
      onClick={() => ui.setState({ ...selection(peerId, leftAt ?? null), ...(view === undefined ? {} : { view }) })}
    >
      {self ? strings.events.us : <Nickname peerId={peerId} />}
    </button>
  )
}
