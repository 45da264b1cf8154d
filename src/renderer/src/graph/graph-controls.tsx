import { ActionIcon, Button, Loader, Menu, Tooltip } from '@mantine/core'
import {
  IconDownload,
  IconFocusCentered,
  IconMinus,
  IconPin,
  IconPinnedOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { FilterError } from '../../../shared/filter.ts'
import { compileFilter } from '../peers/filter.ts'
import { FilterInput } from '../peers/filter-input.tsx'
import { FilterBelow } from '../peers/filter-note.tsx'
import { FilterTerms } from '../peers/filter-terms.tsx'
import { useAbilities, useApp, usePicture, useUi } from '../stores/app-context.tsx'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { CrawlButton } from './crawl-card.tsx'
import { useCover } from './covers.tsx'
import { ZOOM } from './graph-keys.ts'
import { LinksButton } from './links-note.tsx'
import { LookMenus } from './look-menus.tsx'
import { useSaveGraph } from './save-graph.ts'

/** How the graph looks, and the filter. */
export function GraphBar() {
  const live = usePicture((state) => state.picture === null)
  const { neighbors } = useAbilities()
  const cover = useCover('top')
  const terms = useCover('top')
  return (
    <>
      <div ref={cover} className="ps-graph-top">
        <LookMenus />
        <Filter />
        {live && neighbors ? <CrawlButton /> : null}
        {neighbors ? null : <LinksButton />}
        <Arranging />
      </div>
      <FilterBelow id={NOTE} problem={useProblem()} otherwise={<FilterTerms box={terms} />} />
    </>
  )
}

/** Peers from which on arranging takes long enough for its progress to be told. */
const LONG_FROM = 500

/** Whether the layout moves, how far it is, and a way to stop it. */
function Arranging() {
  const { graph } = useApp()
  const frozen = useStore(graph.view, (state) => state.frozen)
  const percent = useStore(graph.view, (state) => state.arranging)
  const long = useStore(graph.view, (state) => state.drawnPeers >= LONG_FROM)
  const texts = strings.graph
  const running = percent !== null && !frozen
  return (
    <>
      <span className="ps-graph-state" data-long={(running && long) || undefined}>
        {/* Read out when it begins and ends, not with each step. */}
        <span aria-live="polite" className="ps-clip">
          {running ? <Loader size={11} aria-hidden /> : null}{' '}
          <span>{frozen ? texts.frozen : running ? texts.arranging : null}</span>
        </span>
        {running && long ? <span className="ps-number">{texts.percent(percent)}</span> : null}
      </span>
      {running && long ? (
        <Button size="compact-xs" h={28} variant="subtle" color="gray" onClick={() => graph.stopArranging()}>
          {texts.stopArranging}
        </Button>
      ) : null}
    </>
  )
}

const NOTE = 'graph-filter-note'

/** What is wrong with the filter. */
function useProblem(): FilterError | null {
  const { notes } = useApp()
  const filter = useUi((state) => state.filter)
  return compileFilter(filter, notes.fields).problem
}

function Filter() {
  const { graph } = useApp()
  const matches = useStore(graph.view, (state) => state.matches)
  // Without a filter it is not told, and changes all the time.
  const drawn = useStore(graph.view, (state) => (state.matches === null ? 0 : state.drawnOthers))
  return (
    <FilterInput
      className="ps-graph-filter"
      label={strings.graph.filter}
      help={strings.peers.filterHelp}
      problem={useProblem()}
      noteId={NOTE}
      found={
        matches === null ? null : (
          <span className="ps-number">{strings.graph.matches(formatCount(matches), formatCount(drawn))}</span>
        )
      }
      foundWidth={110}
    />
  )
}

/** Buttons for the picture: pin, freeze, save, zoom, fit. */
export function GraphTools({ bare }: { readonly bare: boolean }) {
  const { graph } = useApp()
  const frozen = useStore(graph.view, (state) => state.frozen)
  const pinned = useStore(graph.view, (state) => state.pinned)
  const none = useUi((state) => state.selected === null)
  const filtered = useStore(graph.view, (state) => (state.matches ?? 0) > 0)
  const texts = strings.graph
  return (
    <ActionIcon.Group orientation="vertical" className="ps-graph-zoom">
      {bare ? null : (
        <>
          <GraphButton
            label={none ? texts.pinNone : pinned ? texts.unpin : texts.pin}
            pressed={pinned}
            disabled={none}
            onClick={() => graph.pins.toggle()}
            icon={pinned ? <IconPinnedOff size={16} /> : <IconPin size={16} />}
          />
          <GraphButton
            label={frozen ? texts.unfreeze : texts.freeze}
            pressed={frozen}
            onClick={() => graph.toggleFreeze()}
            icon={frozen ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          />
          <SaveMenu />
        </>
      )}
      <GraphButton label={texts.zoomIn} onClick={() => graph.zoom(ZOOM)} icon={<IconPlus size={16} />} />
      <GraphButton label={texts.zoomOut} onClick={() => graph.zoom(1 / ZOOM)} icon={<IconMinus size={16} />} />
      <GraphButton
        label={filtered ? texts.fitMatches : texts.fit}
        onClick={() => graph.fit()}
        icon={<IconFocusCentered size={16} />}
      />
    </ActionIcon.Group>
  )
}

function SaveMenu() {
  const save = useSaveGraph()
  // What is exported is of the network that is joined, not of a file that is looked at.
  const file = usePicture(({ picture }) => picture?.kind === 'file')
  return (
    <Menu position="left-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={strings.graph.exports} title={strings.graph.exports}>
          <IconDownload size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('png')}>{strings.graph.exportPng}</Menu.Item>
        <Menu.Item onClick={() => save('svg')}>{strings.graph.exportSvg}</Menu.Item>
        {file ? null : <Menu.Item onClick={() => save('gexf')}>{strings.graph.exportGexf}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}

function GraphButton(props: {
  readonly label: string
  readonly onClick: () => void
  readonly icon: ReactNode
  readonly pressed?: boolean
  readonly disabled?: boolean
}) {
  const { label, onClick, icon, pressed, disabled } = props
  return (
    <Tooltip label={label} position="left" openDelay={400}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        // A tooltip says why it cannot be pressed: so it stays reachable.
        data-disabled={disabled ?? false}
        aria-disabled={disabled}
        onClick={disabled === true ? undefined : onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  )
}
