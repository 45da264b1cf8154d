import type { NetworkStatus } from '../../../shared/contract.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { RelayMode } from '../../../shared/relay-mode.ts'
import { ADDRESS_CLASSES } from '../peers/columns.ts'
import { useForms, usePeers } from '../stores/app-context.tsx'
import { shownClass } from '../ui/address-class.ts'
import { CopyLine } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { undialable } from './dialable.ts'
import { Section } from './section.tsx'

/** Addresses by class, each with a copy button, and which of them this node dials. */
export function Addresses({ row }: { readonly row: PeerRow }) {
  const forms = useForms()
  const relay = usePeers(({ status }) => relayOf(status))
  const groups = ADDRESS_CLASSES.map((reach) => ({
    reach,
    addresses: row.addresses.filter((address) => shownClass(address) === reach),
  }))
  return (
    <Section
      id="addresses"
      title={strings.inspector.addresses}
      end={<span className="ps-number">{row.addresses.length}</span>}
    >
      {row.addresses.length === 0 ? <p className="ps-explained">{strings.inspector.noAddresses}</p> : null}
      {groups
        .filter(({ addresses }) => addresses.length > 0)
        .map(({ reach, addresses }) => (
          <div key={reach} className="ps-reach">
            <span className="ps-number">{strings.inspector.reach[reach]}</span>
            <div>
              {addresses.map((address) => (
                <Address
                  key={address}
                  shown={forms.address(address)}
                  copied={forms.target(address, row.peerId)}
                  note={relay === null || row.self ? null : undialable(address, relay)}
                />
              ))}
            </div>
          </div>
        ))}
      {relay === null || row.self || row.addresses.length === 0 ? null : <Dialable row={row} relay={relay} />}
    </Section>
  )
}

function Address(props: {
  readonly shown: string
  readonly copied: string
  /** Why this node does not dial it. */
  readonly note: string | null
}) {
  return (
    <>
      <CopyLine text={props.copied} shown={props.shown} what={strings.things.address} />
      {props.note === null ? null : <div className="ps-number">{props.note}</div>}
    </>
  )
}

/** Whether anything is left to dial. */
function Dialable({ row, relay }: { readonly row: PeerRow; readonly relay: RelayMode }) {
  const count = row.addresses.filter((address) => undialable(address, relay) === null).length
  const text = strings.inspector
  return <p className="ps-explained">{count === 0 ? text.dialableNone : text.dialable(count, row.addresses.length)}</p>
}

/** Null where relays have no URLs, or no network is joined: then nothing is to be said. */
function relayOf(status: NetworkStatus): RelayMode | null {
  return 'relay' in status ? status.relay : null
}
