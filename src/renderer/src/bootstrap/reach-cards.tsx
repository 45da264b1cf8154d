import type { ReactNode } from 'react'
import type { BootstrapStatus } from '../../../shared/bootstrap.ts'
import type { ReachabilityStatus } from '../../../shared/reachability.ts'
import { formatCount } from '../ui/format.ts'
import { Chip, CopyLine, Nickname } from '../ui/pieces.tsx'
import type { Tone } from '../ui/pieces.tsx'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { ToSettings } from './addresses-card.tsx'
import { Loading, Nothing } from './nothing.tsx'

const VERDICTS: Readonly<Record<ReachabilityStatus['autonat']['verdict'], Tone>> = {
  public: 'good',
  private: 'warn',
  unknown: 'mute',
}

/** Peers that answer on the local network. */
export function LanCard({ status }: { readonly status: BootstrapStatus | null }) {
  const text = strings.bootstrap
  const lan = status?.reachability.lan ?? null
  return (
    <Panel title={text.lan} note={text.lanNote}>
      {lan === null ? <Loading /> : null}
      {lan?.state === 'off' ? (
        <Nothing help={text.lanOff}>
          <ToSettings />
        </Nothing>
      ) : null}
      {lan?.state === 'failed' ? (
        <div role="alert" className="ps-boot-alert">
          {text.lanFailed(lan.reason ?? '')} <span className="ps-number">{text.lanFailedHelp}</span>
        </div>
      ) : null}
      {lan?.state === 'on' && lan.found.length === 0 ? <Nothing help={text.lanNone} /> : null}
      <ul className="ps-boot-list">
        {lan?.found.map(({ peerId, addresses, at }) => (
          <li key={peerId} className="ps-boot-found">
            <Nickname peerId={peerId} />
            <CopyLine
              text={`${addresses[0] ?? ''}/p2p/${peerId}`}
              shown={addresses[0] ?? peerId}
              what={strings.things.address}
            />
            <span className="ps-number">
              <Ago at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Whether and how others reach this node. */
export function ReachCard({ status }: { readonly status: BootstrapStatus | null }) {
  const text = strings.bootstrap
  if (status === null)
    return (
      <Panel title={text.reach} note={text.reachNote}>
        <Loading />
      </Panel>
    )
  const { autonat, upnp, relay, observed, holePunched } = status.reachability
  return (
    <Panel title={text.reach} note={text.reachNote}>
      <dl className="ps-boot-facts">
        <Fact name={text.verdict}>
          <Chip tone={VERDICTS[autonat.verdict]}>{text.verdicts[autonat.verdict]}</Chip>
          <span className="ps-number">
            {text.verdictMeaning[autonat.verdict]} {autonat.at === null ? null : <Ago at={autonat.at} />}
          </span>
        </Fact>
        <Fact name={text.ports}>
          {upnp.mappings.length === 0 ? (
            <span className="ps-number">
              {text.portsNone[upnp.state]} {upnp.reason}
            </span>
          ) : null}
          {upnp.mappings.map(({ external, internal, at }) => (
            <span key={`${external} ${internal}`}>
              <span className="ps-mono">
                {external} → {internal}
              </span>{' '}
              <span className="ps-number">
                <Ago at={at} />
              </span>
            </span>
          ))}
        </Fact>
        <Fact name={text.relay}>
          {relay.using.length === 0 ? <span className="ps-number">{text.relayNone}</span> : null}
          {relay.using.map(({ peerId, address, since }) => (
            <span key={address} className="ps-boot-found">
              <Nickname peerId={peerId} />
              <CopyLine text={address} what={strings.things.address} />
              <span className="ps-number">
                <Ago at={since} />
              </span>
            </span>
          ))}
          {relay.lost === null ? null : (
            <span className="ps-number">
              {text.relayLost(relay.lost.reason)} <Ago at={relay.lost.at} />
            </span>
          )}
        </Fact>
        <Fact name={text.serving}>{relay.serving ? text.servingOn(relay.reservations) : text.servingOff}</Fact>
        <Fact name={text.observed}>
          {observed.length === 0 ? <span className="ps-number">{text.observedNone}</span> : null}
          {observed.map((address) => (
            <CopyLine key={address} text={address} what={strings.things.address} />
          ))}
        </Fact>
        <Fact name={text.punched}>{formatCount(holePunched)}</Fact>
      </dl>
    </Panel>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
