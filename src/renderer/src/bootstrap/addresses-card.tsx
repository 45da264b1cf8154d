import { Button } from '@mantine/core'
import type { AddressClass } from '../../../shared/reachability.ts'
import { useAbilities, useApp, useForms, usePeers } from '../stores/app-context.tsx'
import { shownClass } from '../ui/address-class.ts'
import { Chip, CopyLine } from '../ui/pieces.tsx'
import type { Tone } from '../ui/pieces.tsx'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { Loading, Nothing } from './nothing.tsx'

const TONES: Readonly<Record<AddressClass, Tone>> = {
  public: 'good',
  relayed: 'info',
  private: 'warn',
  loopback: 'mute',
  reserved: 'mute',
}

/** Where this node can be dialed. `addresses` is null while it does not listen yet. */
export function AddressesCard({
  addresses,
  unheard = [],
}: {
  readonly addresses: readonly string[] | null
  /** Listen addresses that nothing listens on. */
  readonly unheard?: readonly string[]
}) {
  const forms = useForms()
  const demo = usePeers(({ status }) => 'demo' in status && status.demo)
  const text = strings.bootstrap
  return (
    <Panel title={text.addresses} note={text.addressesNote}>
      {addresses === null ? <Loading /> : null}
      {addresses?.length === 0 ? (
        <Nothing title={text.addressesNone} help={text.addressesNoneHelp}>
          <ToSettings />
        </Nothing>
      ) : null}
      <ul className="ps-boot-list">
        {addresses?.map((address) => (
          <li key={address} className="ps-boot-address">
            <ClassChip address={address} />
            <CopyLine text={forms.said(address)} what={strings.things.address} />
          </li>
        ))}
      </ul>
      {unheard.length === 0 ? null : <p className="ps-boot-hint">{text.addressesUnheard(unheard)}</p>}
      {addresses === null ? null : <Hint addresses={addresses} demo={demo} />}
    </Panel>
  )
}

/** From where an address can be reached. */
export function ClassChip({ address }: { readonly address: string }) {
  const { classes, classMeaning } = strings.bootstrap
  const of = shownClass(address)
  return (
    <Chip tone={TONES[of]} title={classMeaning[of]}>
      {classes[of]}
    </Chip>
  )
}

function Hint({ addresses, demo }: { readonly addresses: readonly string[]; readonly demo: boolean }) {
  const text = strings.bootstrap
  const classes = new Set(addresses.map(shownClass))
  if (classes.size === 0 || classes.has('public') || classes.has('relayed')) return null
  return classes.has('private') ? <p className="ps-boot-hint">{text.addressesLan}</p> : <AddressesLocal demo={demo} />
}

/** That addresses are of use on this machine only, and what changes it: for a demo nothing does. */
export function AddressesLocal({ demo = false }: { readonly demo?: boolean }) {
  const { relayUrls } = useAbilities()
  const text = strings.bootstrap
  if (demo) return <p className="ps-boot-hint">{text.addressesLocal}</p>
  return (
    <div className="ps-boot-hint">
      {text.addressesLocal} {relayUrls ? text.addressesLocalMendPlain : text.addressesLocalMend}{' '}
      {relayUrls ? null : <ToSettings />}
    </div>
  )
}

/** To where listen addresses, the DHT and the rest are set. */
export function ToSettings() {
  const { ui } = useApp()
  return (
    <Button variant="default" size="compact-xs" onClick={() => ui.setState({ view: 'settings' })}>
      {strings.bootstrap.toSettings}
    </Button>
  )
}
