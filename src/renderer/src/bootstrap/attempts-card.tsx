import { Button, Loader, Table } from '@mantine/core'
import { useState } from 'react'
import { dialCause } from '../../../shared/dialed-peer.ts'
import type { Attempt, BootstrapStatus, WarmStatus } from '../../../shared/bootstrap.ts'
import { useAbilities, useApp, useForms, usePeers } from '../stores/app-context.tsx'
import { roughDuration } from '../ui/format.ts'
import { describeFailure, sentence } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { Chip, Copy, FailureText, Nickname } from '../ui/pieces.tsx'
import type { Tone } from '../ui/pieces.tsx'
import { tell } from '../controls/verbs.ts'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { Ago, useNow } from '../ui/time.tsx'
import { countOutcomes, outcomeOf } from './bootstrap-facts.ts'
import type { Outcome } from './bootstrap-facts.ts'
import { Loading, Nothing } from './nothing.tsx'

/** Lines that are shown before the user asks for more. */
const SHOWN = 12

const TONES: Readonly<Record<Outcome, Tone>> = {
  waiting: 'mute',
  dialing: 'info',
  connected: 'good',
  since: 'mute',
  elsewhere: 'mute',
  incoming: 'mute',
  over: 'mute',
  notDialed: 'mute',
  failed: 'bad',
}

/** What is dialed to find peers. */
export function AttemptsCard({ status }: { readonly status: BootstrapStatus | null }) {
  const { ui } = useApp()
  const { lan } = useAbilities()
  const [all, setAll] = useState(false)
  const text = strings.bootstrap
  const attempts = useOutcomes(status?.attempts ?? [])
  const shown = all ? attempts : attempts.slice(0, SHOWN)
  return (
    <Panel
      title={text.attempts}
      note={text.attemptsNote}
      end={
        attempts.length === 0 ? undefined : (
          <output>{text.attemptCounts(countOutcomes(attempts.map(({ outcome }) => outcome)))}</output>
        )
      }
    >
      {status === null ? <Loading /> : <Warm warm={status.warm} />}
      {status !== null && attempts.length === 0 ? (
        <Nothing title={text.attemptsNone} help={lan ? text.attemptsNoneHelp : text.attemptsNoneHelpNoLan} />
      ) : null}
      {attempts.length === 0 ? null : (
        <div className="ps-boot-scroll">
          <Table className="ps-boot-table" aria-label={text.attempts}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text.columns.state}</Table.Th>
                <Table.Th>{text.columns.path}</Table.Th>
                <Table.Th>{text.columns.target}</Table.Th>
                <Table.Th>{text.columns.when}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ attempt, outcome }) => (
                <Row
                  key={`${attempt.path} ${attempt.peerId} ${attempt.address}`}
                  attempt={attempt}
                  outcome={outcome}
                  kept={attempt.path === 'given' && status?.dialed.includes(attempt.address) === true}
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <div className="ps-boot-verbs">
        <Button size="xs" variant="default" onClick={() => ui.setState({ dialog: 'dial' })}>
          {text.dial}
        </Button>
        {attempts.length <= SHOWN ? null : (
          <Button size="xs" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? text.attemptLess : text.attemptMore(attempts.length - SHOWN)}
          </Button>
        )}
      </div>
    </Panel>
  )
}

/** An attempt with how it counts. */
interface Counted {
  readonly attempt: Attempt
  readonly outcome: Outcome
}

/** How each attempt counts now: connections come and go between two answers of the engine. */
function useOutcomes(attempts: readonly Attempt[]): readonly Counted[] {
  // One text, which stays the same as long as none of these peers is connected or let go.
  const ids = usePeers(({ peers }) =>
    attempts
      .flatMap(({ peerId }) => (peerId !== null && peers.get(peerId)?.connected === true ? peerId : []))
      .join(' '),
  )
  const connected = new Set(ids.split(' '))
  return attempts.map((attempt) => ({ attempt, outcome: outcomeOf(attempt, attempts, (id) => connected.has(id)) }))
}

function Row(props: Counted & { readonly kept: boolean }) {
  const { attempt, outcome, kept } = props
  const text = strings.bootstrap
  const { state, path, peerId, address, slot, reason, at, tookMs, tries } = attempt
  const forms = useForms()
  const shown = forms.said(address)
  // That we did not reach it says nothing where it dialed us; but what is wrong with an address that the user gave is the user's to mend.
  const cause = outcome === 'incoming' && path !== 'given' ? null : reason
  return (
    <Table.Tr data-attempt={outcome}>
      <Table.Td className="ps-boot-state">
        <Chip tone={TONES[outcome]}>
          {state === 'dialing' ? <Loader size={9} color="currentColor" aria-hidden /> : null}
          {text.attemptStates[outcome]}
        </Chip>
      </Table.Td>
      <Table.Td className="ps-boot-path">
        {text.attemptPaths[path]}
        {slot === null ? null : <span className="ps-number"> {text.slotName(slot)}</span>}
      </Table.Td>
      <Table.Td className="ps-boot-target">
        {peerId === null ? <span className="ps-number">{text.unknownPeer}</span> : <Nickname peerId={peerId} />}
        {address === '' ? null : (
          <span className="ps-copyline">
            <span className="ps-mono ps-clip ps-number" title={shown}>
              {shown}
            </span>
            <Copy text={peerId === null ? shown : forms.target(address, peerId)} what={strings.things.address} />
          </span>
        )}
        {cause === null ? null : <span className="ps-boot-reason">{sentence(forms.said(dialCause(cause)))}</span>}
        {kept && (state === 'failed' || state === 'notDialed') ? <Forget address={address} /> : null}
      </Table.Td>
      <Table.Td className="ps-number ps-boot-when">
        <Ago at={at} />
        {tookMs === null || state !== 'connected' ? null : <div>{text.took(roughDuration(tookMs))}</div>}
        <div>{text.tries(tries, state)}</div>
      </Table.Td>
    </Table.Tr>
  )
}

/** An address that the user dialed is tried for ever, unless the user takes it back. */
function Forget({ address }: { readonly address: string }) {
  const { client } = useApp()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Failure | null>(null)
  const text = strings.bootstrap
  const forget = async (): Promise<void> => {
    setBusy(true)
    try {
      await client.bootstrap.forget({ address })
      tell(text.forgotten)
    } catch (thrown) {
      setFailed(describeFailure(thrown))
    }
    setBusy(false)
  }
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        loading={busy}
        aria-label={text.forgetName(address)}
        onClick={() => void forget()}
      >
        {text.forget}
      </Button>
      {failed === null ? null : <FailureText failure={failed} />}
    </>
  )
}

function Warm({ warm }: { readonly warm: WarmStatus }) {
  const now = useNow(1000)
  const text = strings.bootstrap
  if (warm.state === 'none') return null
  const { places, dialed, nextAt } = warm
  const left = nextAt === null ? null : nextAt - now
  return (
    <p className="ps-boot-warm">
      {warm.state === 'running' ? <Loader size={11} aria-hidden /> : null}
      {warm.state === 'running' ? text.warmRunning(dialed, places) : text.warmDone(dialed, places)}{' '}
      {left === null ? null : left < 1000 ? text.warmNow : text.warmNext(roughDuration(left))}
    </p>
  )
}
