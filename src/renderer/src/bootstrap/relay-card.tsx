import type { NetworkStatus } from '../../../shared/contract.ts'
import { usePeers } from '../stores/app-context.tsx'
import { relaysIn } from '../../../shared/forms.ts'
import { Chip, CopyLine } from '../ui/pieces.tsx'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'

/** Which relays this node uses, and which one is its own, in a network that knows relays by their URLs. */
export function RelayCard({ addresses }: { readonly addresses: readonly string[] }) {
  const mode = usePeers(({ status }) => modeOf(status))
  const text = strings.bootstrap
  const ours = relaysIn(addresses)
  const name = mode === 'off' || mode === 'default' ? text.relayModes[mode] : mode
  return (
    <Panel title={text.relays} note={text.relaysNote}>
      <dl className="ps-boot-facts">
        <div>
          <dt>{text.relayMode}</dt>
          <dd>
            <Chip tone={mode === 'off' ? 'mute' : 'info'}>{name}</Chip>
            <span className="ps-number">
              {strings.networks.relayMeaning[mode === 'off' || mode === 'default' ? mode : 'url']}
            </span>
          </dd>
        </div>
        <div>
          <dt>{text.relayOurs}</dt>
          <dd>
            {ours.map((url) => (
              <CopyLine key={url} text={url} what={strings.things.address} />
            ))}
            {ours.length > 0 ? null : (
              <span className="ps-number">{text.relayOursNone[mode === 'off' ? 'off' : 'on']}</span>
            )}
          </dd>
        </div>
      </dl>
      <p className="ps-boot-hint">{text.relayChange}</p>
    </Panel>
  )
}

/** Off while no network is joined: nothing is contacted then. */
function modeOf(status: NetworkStatus): string {
  return 'relay' in status ? (status.relay ?? 'off') : 'off'
}
