import { Button, Loader, Text } from '@mantine/core'
import { dialCause } from '../../../shared/dialed-peer.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { AddressesLocal } from '../bootstrap/addresses-card.tsx'
import { useApp, useForms } from '../stores/app-context.tsx'
import { CopyLine, Dot } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'

type AloneStatus = Extract<NetworkStatus, { neighbors: number }>

/** What to do while nobody else is there: addresses to hand out, and what is tried. */
export function Alone({ status }: { readonly status: AloneStatus }) {
  const { ui } = useApp()
  const forms = useForms()
  const local = onlyLocal(status.addresses)
  return (
    <section className="ps-card" aria-label={strings.alone.title}>
      <Text fw={600} fz="md" mb={2}>
        {strings.alone.title}
      </Text>
      <Text c="dimmed" fz="sm" mb={8}>
        {status.demo ? strings.alone.leadDemo : local ? strings.alone.leadLocal : strings.alone.lead}
      </Text>
      {status.demo
        ? null
        : status.addresses.map((address) => (
            <CopyLine key={address} text={forms.said(address)} what={strings.things.address} />
          ))}
      {local && !status.demo ? (
        <Text fz="sm" component="div">
          <AddressesLocal />
        </Text>
      ) : null}
      <div className="ps-section">
        <h3>{strings.alone.trying}</h3>
        {status.trying.length === 0 ? <Text fz="sm">{strings.alone.tryingNothing}</Text> : null}
        {status.trying.map((line) => (
          <Text key={line} fz="sm" className="ps-name" component="div" style={{ display: 'flex' }}>
            <Loader size={11} style={{ flex: 'none' }} aria-hidden />
            <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>{forms.said(line)}</span>
          </Text>
        ))}
      </div>
      {status.problems.length === 0 ? null : (
        <div className="ps-section">
          <h3>{strings.alone.problems}</h3>
          {status.problems.map((problem) => (
            <div key={problem.target} style={{ marginBottom: 6, fontSize: 13 }}>
              <span className="ps-name" style={{ maxWidth: '100%' }}>
                <Dot colour="var(--ps-bad)" />
                <span className="ps-mono" style={{ overflowWrap: 'anywhere' }}>
                  {forms.said(problem.target)}
                </span>
              </span>
              <div style={{ paddingLeft: 15 }}>
                {forms.said(dialCause(problem.reason))}{' '}
                <span className="ps-number">
                  · <Ago at={problem.at} />
                </span>
              </div>
            </div>
          ))}
        </div>
      )}
      <Button variant="default" size="xs" mt={12} onClick={() => ui.setState({ dialog: 'dial' })}>
        {strings.alone.dial}
      </Button>
    </section>
  )
}
