import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { RefCallback } from 'react'
import { GraphView } from '../graph/graph-view.tsx'
import { LinksNote } from '../graph/links-note.tsx'
import { LostBar } from '../graph/lost-bar.tsx'
import { useApp, usePeers, useUi } from '../stores/app-context.tsx'
import { EventPanel } from '../timeline/event-panel.tsx'
import { ResizeHandle, usePanelSize } from '../ui/resize.tsx'
import { strings } from '../ui/strings.ts'
import { Alone } from './alone.tsx'

/** Height of the timeline below which its bars would leave less than two rows of the list, in pixels. */
const TIGHT = 276

/** For the `ref` of the timeline: tells whether it has too little room. */
function tightness(tell: (tight: boolean) => void): RefCallback<HTMLElement> {
  return (element) => {
    if (element === null) return undefined
    const observer = new ResizeObserver(() => tell(element.clientHeight < TIGHT))
    observer.observe(element)
    return () => observer.disconnect()
  }
}

/** The graph, and the timeline below it. */
export function NetworkView({ stale }: { readonly stale: boolean }) {
  const { ui } = useApp()
  const status = usePeers((state) => state.status)
  const open = useUi((state) => state.timelineOpen)
  const alone = status.state === 'alone' && status.peers === 0
  const panel = usePanelSize('timeline', 300, 120, 620)
  const [tight, setTight] = useState(false)
  const timeline = useMemo(() => tightness(setTight), [])
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
    <div className="ps-view ps-network">
      {alone ? null : <LinksNote />}
      <LostBar />
      <GraphView stale={stale} bare={alone}>
        {status.state === 'alone' && alone ? (
          <div className="ps-overlay" data-clear>
            <Alone status={status} />
          </div>
        ) : null}
      </GraphView>
      {open ? <ResizeHandle panel={panel} orientation="horizontal" label={strings.timeline.title} /> : null}
      <div
        ref={timeline}
        style={{
          display: 'flex',
          flexDirection: 'column',
          flex: open ? `0 1 ${panel.size}px` : 'none',
          minHeight: 0,
          overflow: 'hidden',
          borderTop: open ? undefined : '1px solid var(--ps-border)',
        }}
      >
        <EventPanel compact open={open} tight={tight} end={toggle} />
      </div>
    </div>
  )
}
