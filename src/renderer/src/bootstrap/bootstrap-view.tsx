import { Button, Title } from '@mantine/core'
import type { NetworkRef } from '../../../shared/contract.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import { useApp, usePeers, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { AddressesCard } from './addresses-card.tsx'
import { AttemptsCard } from './attempts-card.tsx'
import { Nothing } from './nothing.tsx'
import { InvitationCard } from './invitation-card.tsx'
import { PathsCard } from './paths-card.tsx'
import { LanCard, ReachCard } from './reach-cards.tsx'
import { RelayCard } from './relay-card.tsx'
import { SlotsCard } from './slots-card.tsx'
import { useBootstrap } from './use-bootstrap.ts'

/** How this node finds others, and how others find it. */
export function BootstrapView() {
  const { ui } = useApp()
  const network = usePeers(({ status }) =>
    'network' in status && status.state !== 'failed' && status.state !== 'leaving' ? status.network : null,
  )
  const addresses = usePeers(({ status }) => ('addresses' in status ? status.addresses : null))
  const past = usePicture(({ picture, wanted }) => picture !== null || wanted !== null)
  const text = strings.bootstrap
  return (
    <div className="ps-page">
      <div className="ps-boot">
        <header className="ps-boot-title">
          <Title order={1} fz={22}>
            {text.title}
          </Title>
          <span className="ps-number">{text.lead}</span>
        </header>
        {past && network !== null ? <p className="ps-boot-hint">{text.alwaysNow}</p> : null}
        {network === null ? (
          <div className="ps-boot-grid">
            <section className="ps-panel">
              <Nothing title={text.none} help={text.noneHelp}>
                <Button size="xs" onClick={() => ui.setState({ view: 'health' })}>
                  {text.noneJoin}
                </Button>
              </Nothing>
            </section>
            <InvitationCard network={null} addresses={[]} />
          </div>
        ) : (
          <Joined key={networkKeyOf(network)} network={network} addresses={addresses} />
        )}
      </div>
    </div>
  )
}

/** All that is known of the joined network. */
function Joined({
  network,
  addresses,
}: {
  readonly network: NetworkRef
  readonly addresses: readonly string[] | null
}) {
  const { status, slots, failed } = useBootstrap()
  const abilities = ABILITIES[network.kind]
  const text = strings.bootstrap
  return (
    <>
      {failed ? (
        <div role="alert" className="ps-boot-alert">
          {text.failed}
        </div>
      ) : null}
      {addresses === null ? <p className="ps-boot-hint">{text.joining(network.name ?? network.id)}</p> : null}
      <div className="ps-boot-grid">
        <div>
          <AttemptsCard status={status} />
          <SlotsCard dht={slots} asked={status?.at ?? 0} claims={abilities.claimsDhtSlots} />
          <PathsCard status={status} />
        </div>
        <div>
          <AddressesCard addresses={addresses} unheard={status?.reachability.unheard ?? []} />
          <InvitationCard network={network} addresses={addresses ?? []} />
          {abilities.relayUrls ? <RelayCard addresses={addresses ?? []} /> : <ReachCard status={status} />}
          {abilities.lan ? <LanCard status={status} /> : null}
        </div>
      </div>
    </>
  )
}
