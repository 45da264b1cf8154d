import { ActionIcon, Button, Loader, Text, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { NetworkStatus } from '../../../shared/contract.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { AddressesLocal } from '../bootstrap/addresses-card.tsx'
import { GraphView } from '../graph/graph-view.tsx'
import { useApp, useForms, usePeers, useUi } from '../stores/app-context.tsx'
import { EventPanel } from '../timeline/event-panel.tsx'
import { CopyLine, Dot } from '../ui/pieces.tsx'
import { ResizeHandle, usePanelSize } from '../ui/resize.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'

/** The graph, and the timeline below it. */
export function NetworkView({ stale }: { readonly stale: boolean }) {
  const { ui } = useApp()
  const status = usePeers((state) => state.status)
  const open = useUi((state) => state.timelineOpen)
  const alone = status.state === 'alone' && status.peers === 0
  const panel = usePanelSize('timeline', 300, 120, 620)
  const toggle = (
    <Tooltip label={strings.timeline.toggle} openDelay={400}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={strings.timeline.toggle}
        aria-expanded={open}
        onClick={() => ui.setState({ timelineOpen: !open })}
      >
        {open ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
      </ActionIcon>
    </Tooltip>
  )
  return (
    <div className="ps-view">
      <GraphView stale={stale} bare={alone}>
        {status.state === 'alone' && alone ? <Alone status={status} /> : null}
      </GraphView>
      {open ? <ResizeHandle panel={panel} orientation="horizontal" label={strings.timeline.title} /> : null}
      <div
        style={{
          display: 'flex',
          flexDirection: 'column',
          flex: open ? `0 1 ${panel.size}px` : 'none',
          minHeight: 0,
          borderTop: open ? undefined : '1px solid var(--ps-border)',
        }}
      >
        <EventPanel compact open={open} end={toggle} />
      </div>
    </div>
  )
}

type AloneStatus = Extract<NetworkStatus, { state: 'alone' | 'online' | 'lost' }>

function Alone({ status }: { readonly status: AloneStatus }) {
  const { ui } = useApp()
  const forms = useForms()
  const local = onlyLocal(status.addresses)
  return (
    <div className="ps-overlay" data-clear>
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
              <Loader size={11} aria-hidden /> {forms.said(line)}
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
                  {forms.said(problem.reason)}{' '}
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
    </div>
  )
}
