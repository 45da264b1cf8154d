import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { IconFocusCentered, IconMinus, IconPlus, IconShare } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useStore } from 'zustand'
import { useApp, useUi } from '../stores/app-context.tsx'
import type { ColourBy } from '../stores/ui-store.ts'
import { formatCount } from '../ui/format.ts'
import { Dot } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { css } from './colours.ts'

const ZOOM = 1.5

/** The graph with its controls, or bare; `children` lie over it. */
export function GraphView(props: { readonly stale: boolean; readonly bare: boolean; readonly children?: ReactNode }) {
  const { stale, bare, children } = props
  const { graph, ui } = useApp()
  const container = useRef<HTMLDivElement>(null)
  const scheme = useScheme()
  const first = useRef(scheme)
  const peers = useStore(graph.view, (state) => state.drawnPeers)
  const edges = useStore(graph.view, (state) => state.drawnEdges)
  const failed = useStore(graph.view, (state) => state.failure !== '')
  useEffect(() => (container.current === null ? undefined : graph.attach(container.current, first.current)), [graph])
  useEffect(() => {
    first.current = scheme
    graph.setScheme(scheme)
  }, [graph, scheme])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => graph.walk('left'),
    ArrowRight: () => graph.walk('right'),
    ArrowUp: () => graph.walk('up'),
    ArrowDown: () => graph.walk('down'),
    n: () => graph.step(1),
    N: () => graph.step(1),
    p: () => graph.step(-1),
    P: () => graph.step(-1),
    Enter: () => document.querySelector<HTMLElement>('[data-inspector]')?.focus(),
    Escape: () => ui.setState({ selected: null, filter: '' }),
    '+': () => graph.zoom(ZOOM),
    '-': () => graph.zoom(1 / ZOOM),
    '0': () => graph.fit(),
  }
  return (
    <div className="ps-graph">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- role application: keys are its own */}
      <div
        ref={container}
        className={stale ? 'ps-graph-canvas ps-stale' : 'ps-graph-canvas'}
        data-testid="graph"
        data-peers={peers}
        data-edges={edges}
        role="application"
        aria-label={strings.graph.label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the graph is walked through by keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
      />
      {failed || (peers === 0 && !bare) ? (
        <div className="ps-overlay" data-clear>
          <span className="ps-empty">{failed ? strings.graph.noWebgl : strings.graph.empty}</span>
        </div>
      ) : null}
      {children}
      {bare ? null : <ColourChoice />}
      {bare ? null : <Legend />}
      <ActionIcon.Group orientation="vertical" className="ps-graph-zoom">
        <GraphButton label={strings.graph.zoomIn} onClick={() => graph.zoom(ZOOM)} icon={<IconPlus size={16} />} />
        <GraphButton
          label={strings.graph.zoomOut}
          onClick={() => graph.zoom(1 / ZOOM)}
          icon={<IconMinus size={16} />}
        />
        <GraphButton label={strings.graph.fit} onClick={() => graph.fit()} icon={<IconFocusCentered size={16} />} />
      </ActionIcon.Group>
    </div>
  )
}

function GraphButton(props: { readonly label: string; readonly onClick: () => void; readonly icon: ReactNode }) {
  return (
    <Tooltip label={props.label} position="left" openDelay={400}>
      <ActionIcon variant="default" size={30} aria-label={props.label} onClick={props.onClick}>
        {props.icon}
      </ActionIcon>
    </Tooltip>
  )
}

function ColourChoice() {
  const { ui } = useApp()
  const colourBy = useUi((state) => state.colourBy)
  const holds = useUi((state) => state.showHolds)
  return (
    <div className="ps-graph-top">
      <SegmentedControl<ColourBy>
        size="xs"
        aria-label={strings.graph.colourBy}
        value={colourBy}
        onChange={(value) => ui.setState({ colourBy: value })}
        data={[
          { value: 'state', label: strings.graph.state },
          { value: 'tag', label: strings.graph.tag },
          { value: 'rtt', label: strings.graph.rtt },
        ]}
      />
      <Tooltip label={strings.graph.holds} openDelay={400}>
        <ActionIcon
          variant={holds ? 'light' : 'subtle'}
          color={holds ? 'accent' : 'gray'}
          size={28}
          aria-label={strings.graph.holds}
          aria-pressed={holds}
          onClick={() => ui.setState({ showHolds: !holds })}
        >
          <IconShare size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

function Legend() {
  const { graph, ui } = useApp()
  const legend = useStore(graph.view, (state) => state.legend)
  const colourBy = useUi((state) => state.colourBy)
  const hidden = useUi((state) => state.hiddenGroups)
  if (legend.length === 0) return null
  return (
    <div className="ps-legend">
      {legend.map(({ group, label, colour, count }) => {
        const content = (
          <>
            <Dot colour={css(colour)} />
            {label}
            {group === 'self' ? null : <span className="ps-number">{formatCount(count)}</span>}
          </>
        )
        if (colourBy !== 'state' || group === 'self') {
          return (
            <span key={group} className="ps-legend-item">
              {content}
            </span>
          )
        }
        const on = !hidden.includes(group)
        return (
          <button
            key={group}
            type="button"
            className="ps-legend-item"
            aria-pressed={on}
            title={strings.graph.shown(label, on)}
            onClick={() =>
              ui.setState({ hiddenGroups: on ? [...hidden, group] : hidden.filter((one) => one !== group) })
            }
          >
            {content}
          </button>
        )
      })}
    </div>
  )
}
