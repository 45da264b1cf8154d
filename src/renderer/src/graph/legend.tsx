import { useStore } from 'zustand'
import type { Edge } from '../../../shared/peer.ts'
import { shownId } from '../../../shared/names.ts'
import { useAbilities, useApp, useNames, useUi } from '../stores/app-context.tsx'
import { formatCount } from '../ui/format.ts'
import { Dot } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { css, THEMES } from './colours.ts'
import type { Scheme } from './colours.ts'
import { EDGE_KINDS } from './renderer.ts'

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
  const scheme = useScheme()
  const legend = useStore(graph.view, (state) => state.legend)
  const colourBy = useUi((state) => state.colourBy)
  const hidden = useUi((state) => state.hiddenGroups)
  const holds = useUi((state) => state.showHolds)
  const { neighbors } = useAbilities()
  const names = useNames((state) => state.names)
  if (legend.length === 0) return null
  return (
    <div className="ps-legend">
      {legend.map(({ group, label: given, colour, count }) => {
        // Groups of tags and ids begin with #.
        const label = group.startsWith('#') ? shownId(given, names) : given
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
      {EDGE_KINDS.filter((kind) => kind !== 'holds' || holds).map((kind, index) => (
        <span key={kind} className="ps-legend-item" data-first={index === 0 ? true : undefined}>
          <EdgeMark kind={kind} scheme={scheme} />
          {strings.edges[kind]}
        </span>
      ))}
      {neighbors ? null : <span className="ps-legend-item ps-number">{strings.networks.links.short}</span>}
    </div>
  )
}
