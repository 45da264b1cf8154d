import { ActionIcon, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Spotlight, useSpotlight } from '@mantine/spotlight'
import { IconSearch, IconTerminal2 } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { LoggedEvent } from '../../../shared/events.ts'
import { peerMeant } from '../../../shared/dialed-peer.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { formsOf } from '../../../shared/forms.ts'
import { laneOf } from '../../../shared/lanes.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { found as foundBy, searchWords } from '../peers/filter.ts'
import { useApp, useNames, useNotes, usePeers, usePicture } from '../stores/app-context.tsx'
import { ownName } from '../stores/note-store.ts'
import { ALL_EVENTS } from '../stores/event-store.ts'
import { isForeign } from '../stores/picture-store.ts'
import { describeEvent, labelOf } from '../timeline/describe.ts'
import { readTyped } from '../timeline/typed-time.ts'
import { useSay } from '../timeline/use-say.ts'
import { focusFirst } from '../ui/focus.ts'
import { formatExact } from '../ui/format.ts'
import { StateMark } from '../ui/pieces.tsx'
import { MAC } from '../ui/platform.ts'
import { useReturnFocus } from '../ui/return-focus.ts'
import { strings } from '../ui/strings.ts'
import { Ago, useNow } from '../ui/time.tsx'
import { useCommands } from './palette-commands.ts'
import type { Item } from './palette-commands.ts'
import { markFirst, palette, paletteStore } from './palette-store.ts'
import { useSearch } from './use-search.ts'
import { copyText, tellNothingDone } from './verbs.ts'

const PEERS_SHOWN = 12
/** The timeline begins so long before an event that was found, in milliseconds. */
const BEFORE_MS = 3_600_000

/** The command palette: every verb; peers by id, name, tag or note; and what happened. */
export function Palette() {
  const { opened } = useSpotlight(paletteStore)
  // From a field of text too.
  useHotkeys([['mod + K', palette.open]], [])
  return opened ? <OpenPalette /> : null
}

/**
 * Each time it is opened another one, with an empty field. It is drawn at once, with the focus in its field: keys that follow
 * Ctrl K are for it, however busy the machine is.
 */
function OpenPalette() {
  useReturnFocus()
  const [text, setText] = useState('')
  const words = searchWords(text)
  const verbs = useCommands().filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
  const commands = [...useTime(text), ...verbs]
  const { found, busy } = useSearch(text)
  const peers = useFoundPeers(text, found.peers)
  const events = useFoundEvents(text === '' ? [] : found.events)
  const groups = [
    { label: strings.verbs.groupCommands, items: commands },
    { label: strings.verbs.groupPeers, items: peers },
    { label: strings.search.events, items: events },
  ].filter(({ items }) => items.length > 0)
  useMarked(text, [...commands, ...peers, ...events].map(({ id }) => id).join(' '))
  return (
    <Spotlight.Root
      store={paletteStore}
      ref={focusFirst}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
    >
      <Spotlight.Search
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder={strings.verbs.palettePlaceholder}
        aria-label={strings.verbs.palettePlaceholder}
        data-autofocus
        onKeyDown={copyMarked}
      />
      <Spotlight.ActionsList mah="calc(60dvh - 20px)">
        {groups.map(({ label, items }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {items.map((item) => (
              <Line key={item.id} item={item} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && !busy ? <Spotlight.Empty>{strings.verbs.paletteNone}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
      <Spotlight.Footer>
        <output className="ps-palette-foot">
          {busy ? strings.search.searching : found.failed ? strings.search.failed : null}
          {busy || found.failed ? null : MAC ? strings.search.keysMac : strings.search.keys}
        </output>
      </Spotlight.Footer>
    </Spotlight.Root>
  )
}

function Line({ item }: { readonly item: Item }) {
  const { command } = item
  return (
    <div className="ps-palette-line">
      <Spotlight.Action
        onClick={item.run}
        // Where the key finds the command of the line that is marked.
        {...{ 'data-command': command ?? undefined }}
      >
        <span className="ps-palette-words">
          <span className="ps-clip">{item.label}</span>
          {item.description === undefined ? null : <span className="ps-clip ps-number">{item.description}</span>}
        </span>
        {item.end}
      </Spotlight.Action>
      {command === undefined || command === null ? null : (
        <Tooltip label={<code className="ps-command">{command}</code>} openDelay={300} position="left">
          <ActionIcon
            variant="subtle"
            color="gray"
            className="ps-palette-copy"
            tabIndex={-1}
            aria-label={`${strings.search.copyCommand}: ${item.label}`}
            onClick={() => void copyText(command)}
          >
            <IconTerminal2 size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
}

/** Marks the first line when the one that was marked is gone, or none was there to be marked. */
function useMarked(query: string, shown: string): void {
  useEffect(() => {
    if (query !== '' && shown !== '') markFirst()
  }, [query, shown])
}

/** Ctrl or Cmd with Shift and C: copies the command line of the line that is marked. */
function copyMarked(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.code !== 'KeyC') return
  event.preventDefault()
  const marked = document.querySelector<HTMLElement>('[data-action][data-selected]')?.dataset['command']
  if (marked === undefined) tellNothingDone(strings.search.noCommand)
  else void copyText(marked)
}

/** Peers of the picture whose words match, and those that the store found by words of its own. */
function useFoundPeers(query: string, stored: readonly PeerId[]): Item[] {
  const { peers: live, other, ui, notes, names, table } = useApp()
  const foreign = usePicture(({ picture }) => isForeign(picture))
  const peers = foreign ? other.peers : live
  const forms = formsOf(peers.getState().kind)
  useNotes((state) => state.notes)
  useNames((state) => state.names)
  const words = searchWords(query)
  if (words.length === 0) return []
  const known = peers.getState().peers
  const found = new Map<PeerId, PeerRow>()
  for (const row of known.values()) {
    if (found.size === PEERS_SHOWN) break
    if (foundBy(row, words, notes.fields)) found.set(row.peerId, row)
  }
  for (const peerId of stored) {
    const row = known.get(peerId)
    if (found.size < PEERS_SHOWN && row !== undefined) found.set(peerId, row)
  }
  return [...found.values()].map((row) => {
    const note = notes.getState().notes.get(row.peerId)?.note ?? ''
    const own = ownName(notes.getState(), row.peerId)
    const facts = [
      own === null ? '' : nickname(row.peerId),
      forms.short(row.peerId),
      ...row.tags.slice(0, 4).map(names.wordOf),
      note,
    ]
    return {
      id: row.peerId,
      label: notes.nameOf(row.peerId),
      description: facts.filter((fact) => fact !== '').join(' · '),
      end: <StateMark row={row} />,
      run: () => {
        if (hasInspector(ui.getState().view)) return ui.setState({ selected: row.peerId })
        if (row.state !== 'online') table.show(row.state)
        return ui.setState({ selected: row.peerId, view: 'peers' })
      },
    }
  })
}

/** Whether a view shows the network: the peer that is selected, and a past moment. */
function hasInspector(view: string): boolean {
  return view === 'health' || view === 'network' || view === 'peers' || view === 'timeline'
}

/** A time that was typed or pasted, as it is printed or as "2h ago": to go there. */
function useTime(query: string): Item[] {
  const { picture, ui } = useApp()
  const live = usePeers((state) => 'neighbors' in state.status)
  const stored = usePicture(({ played }) => played?.moment ?? null)
  const now = useNow(1000)
  const { at } = readTyped(query, now, stored)
  // An empty field would be "now".
  if (at === null || query.trim() === '' || (stored === null && !live)) return []
  const run = (): void => {
    if (!hasInspector(ui.getState().view)) ui.setState({ view: 'network' })
    picture.goTo(at)
  }
  return [{ id: 'time', label: strings.past.goTo(formatExact(at)), run }]
}

/** Past events; to open one shows the timeline up to it. */
function useFoundEvents(found: readonly LoggedEvent[]): Item[] {
  const { events, ui, notes, picture } = useApp()
  const say = useSay()
  return found.map((logged) => {
    const peerId = peerMeant(logged.event)
    const name = peerId === null ? '' : `${notes.nameOf(peerId)} `
    return {
      id: String(logged.seq),
      label: `${name}${describeEvent(logged, say)}`,
      description: `${labelOf(logged.event)} · ${formatExact(logged.at)}`,
      end: (
        <span className="ps-number">
          <Ago at={logged.at} />
        </span>
      ),
      run: () => {
        picture.leave()
        const again = laneOf(logged.event) === 'again'
        events.setFilter({ ...ALL_EVENTS, again, from: Math.max(0, logged.at - BEFORE_MS), to: logged.at })
        ui.setState({ view: 'timeline', selected: peerId, filter: '' })
      },
    }
  })
}
