import { IconChevronDown } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Edge } from '../../../shared/peer.ts'
import { shownId } from '../../../shared/names.ts'
import { useAbilities, useApp, useNames, useUi } from '../stores/app-context.tsx'
import { formatCount } from '../ui/format.ts'
import { Dot } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { css, MEASURED, THEMES } from './colours.ts'
import type { Scheme } from './colours.ts'
import { EDGE_KINDS } from './renderer.ts'
import { RTT_ENDS, rttGradient, rttShare, RTT_TICKS } from './rtt-scale.ts'

/** A short piece of a line of that kind, as the graph draws it. */
export function EdgeMark({ kind, scheme }: { readonly kind: Edge['kind']; readonly scheme: Scheme }) {
  return (
    <svg width="16" height="8" className="ps-edge-mark" aria-hidden>
      <line
        x1="0"
        y1="4"
        x2="16"
        y2="4"
        stroke={css(THEMES[scheme].edges[EDGE_KINDS.indexOf(kind)] ?? 0)}
        strokeWidth="2"
        strokeDasharray={kind === 'holds' ? '4 3' : undefined}
      />
    </svg>
  )
}

/** What colours of nodes and lines mean, with counts; by state, marks switch their peers off and on. */
export function Legend() {
  const { graph, ui } = useApp()
  const any = useStore(graph.view, (state) => state.legend.length > 0)
  const open = useUi((state) => state.legendOpen)
  if (!any) return null
  const text = open ? strings.graph.legendHide : strings.graph.legendShow
  return (
    <fieldset className="ps-legend" aria-label={strings.graph.legend}>
      {open ? (
        <div className="ps-legend-items">
          <Groups />
          <Lines />
        </div>
      ) : null}
      <button
        type="button"
        className="ps-legend-item"
        aria-expanded={open}
        aria-label={text}
        title={text}
        onClick={() => ui.setState({ legendOpen: !open })}
      >
        {open ? <IconChevronDown size={14} aria-hidden /> : strings.graph.legend}
      </button>
    </fieldset>
  )
}

function Groups() {
  const { graph, ui } = useApp()
  const legend = useStore(graph.view, (state) => state.legend)
  const colourBy = useUi((state) => state.colourBy)
  const hidden = useUi((state) => state.hiddenGroups)
  const names = useNames((state) => state.names)
  return legend.map(({ group, label: given, colour, count, withUs }) => {
    // Groups of tags and ids begin with #.
    const label = group.startsWith('#') ? shownId(given, names) : given
    const number = group === 'self' ? null : <span className="ps-number">{strings.graph.counted(count, withUs)}</span>
    if (group === MEASURED) return <Scale key={group} label={label} number={number} />
    const content = (
      <>
        <Dot colour={css(colour)} />
        <span className="ps-legend-name" title={label}>
          {label}
        </span>
        {number}
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
        onClick={() => ui.setState({ hiddenGroups: on ? [...hidden, group] : hidden.filter((one) => one !== group) })}
      >
        {content}
      </button>
    )
  })
}

/** The colours of round-trip times, with some times. */
function Scale({ label, number }: { readonly label: string; readonly number: ReactNode }) {
  const scheme = useScheme()
  const { least, most } = RTT_ENDS
  return (
    <span className="ps-legend-item">
      {label}
      <span className="ps-scale" title={strings.graph.scale(String(least), String(most))}>
        <span className="ps-scale-bar" style={{ background: rttGradient(scheme) }} />
        {RTT_TICKS.map((ms) => (
          <span key={ms} className="ps-scale-tick" style={{ left: `${100 * rttShare(ms)}%` }}>
            {ms}
          </span>
        ))}
      </span>
      {strings.graph.scaleUnit}
      {number}
    </span>
  )
}

/** Kinds of lines, and how many of them are drawn. */
function Lines() {
  const { graph, ui } = useApp()
  const scheme = useScheme()
  const holds = useUi((state) => state.showHolds)
  const all = useUi((state) => state.allLinks)
  const shown = useStore(graph.view, (state) => state.drawnEdges)
  const known = useStore(graph.view, (state) => state.knownEdges)
  const bubbles = useStore(graph.view, (state) => state.bubbles)
  const { neighbors } = useAbilities()
  const texts = strings.graph
  return (
    <>
      {EDGE_KINDS.filter((kind) => kind !== 'holds' || holds).map((kind, index) => (
        <span key={kind} className="ps-legend-item" data-first={index === 0 ? true : undefined}>
          <EdgeMark kind={kind} scheme={scheme} />
          {strings.edges[kind]}
        </span>
      ))}
      {known === 0 ? null : (
        <button
          type="button"
          className="ps-legend-item"
          aria-pressed={all}
          title={all ? texts.backboneOn : texts.backboneOff}
          data-testid="links-shown"
          onClick={() => ui.setState({ allLinks: !all })}
        >
          {known === 1
            ? texts.oneLink
            : shown === 0
              ? texts.linksOfSelected
              : texts.linksShown(formatCount(shown), formatCount(known))}
        </button>
      )}
      {bubbles === 0 ? null : (
        <span className="ps-legend-item ps-number">{texts.bubblesHint(formatCount(bubbles))}</span>
      )}
      {neighbors ? null : <span className="ps-legend-item ps-number">{strings.networks.links.short}</span>}
    </>
  )
}
