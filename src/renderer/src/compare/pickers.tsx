import { Autocomplete } from '@mantine/core'
import { useState } from 'react'
import type { RefObject } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { found, searchWords } from '../peers/filter.ts'
import { useApp, useCompare, useFiles, useForms, useNotes, usePeers, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import type { PictureSide } from './compare-store.ts'
import { pictureName } from './moment-side.ts'
import { readPicture } from './read-picture.ts'
import { useShownPeers } from './use-shown-peers.ts'

/** Peers that are offered. */
const OFFERED = 12

/** One of two peers, by name, id or tag. */
export function PeerPicker(props: {
  readonly index: 0 | 1
  readonly peerId: PeerId | null
  /** The other side: not offered. */
  readonly other: PeerId | null
  readonly onPick: (peerId: PeerId) => void
  readonly field: RefObject<HTMLInputElement | null>
}) {
  const { index, peerId, other, onPick, field } = props
  const { notes } = useApp()
  const peers = useShownPeers()
  const forms = useForms()
  useNotes((state) => state.notes)
  usePeers((state) => state.structRev)
  const first = useCompare((state) => state.peers[0] === null)
  const [typed, setTyped] = useState<string | null>(null)
  const labelOf = (id: PeerId): string => `${notes.nameOf(id)} · ${forms.short(id)}`
  const words = searchWords(typed ?? '')
  const offered = new Map<string, PeerId>()
  for (const row of typed === null ? [] : peers.getState().peers.values()) {
    if (offered.size === OFFERED) break
    if (row.peerId !== other && found(row, words, notes.fields)) offered.set(labelOf(row.peerId), row.peerId)
  }
  const text = strings.compare
  const pick = (value: string): void => {
    const picked = offered.get(value) ?? peerIdFromAnyForm(value)
    setTyped(null)
    if (picked !== null && picked !== other) onPick(picked)
  }
  return (
    <Autocomplete
      ref={field}
      label={text.peer(text.sides[index])}
      placeholder={text.peerHint}
      size="sm"
      data={[...offered.keys()]}
      // Chosen above, by more than their labels.
      filter={({ options }) => options}
      selectFirstOptionOnChange
      value={typed ?? (peerId === null ? '' : labelOf(peerId))}
      onChange={setTyped}
      onFocus={(event) => {
        event.currentTarget.select()
        setTyped('')
      }}
      onBlur={() => setTyped(null)}
      onOptionSubmit={pick}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && peerIdFromAnyForm(typed ?? '') !== null) pick(typed ?? '')
      }}
      data-autofocus={peerId === null && (index === 0 || !first) ? true : undefined}
    />
  )
}

/** One of two moments or files: a time that is typed, now, or a snapshot that was opened. */
export function PicturePicker(props: {
  readonly index: 0 | 1
  readonly side: PictureSide | null
  readonly onPick: (side: PictureSide) => void
  readonly field: RefObject<HTMLInputElement | null>
}) {
  const { index, side, onPick, field } = props
  const opened = useFiles((state) => state.opened)
  const played = usePicture((state) => state.played)
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [listed, setListed] = useState(false)
  const text = strings.compare
  const files = new Map(opened.map(({ file, name }) => [name, { kind: 'file', file, name, at: null } as const]))
  const drop = (): void => {
    setTyped(null)
    setProblem(null)
  }
  const [over, setOver] = useState(side)
  if (over !== side) {
    // It was chosen from elsewhere meanwhile: that is the newer wish.
    setOver(side)
    drop()
  }
  const pick = (value: string): void => {
    const { picked, problem: why } = readPicture(value, files, played)
    if (why !== null) return setProblem(why)
    drop()
    setListed(false)
    return picked === null ? undefined : onPick(picked)
  }
  return (
    <Autocomplete
      ref={field}
      label={text.picture(text.sides[index])}
      placeholder={text.pictureHint}
      size="sm"
      data={[...text.offered, ...files.keys()]}
      dropdownOpened={listed}
      onDropdownOpen={() => setListed(true)}
      onDropdownClose={() => setListed(false)}
      filter={({ options }) => options}
      value={typed ?? (side === null ? '' : pictureName(side, played))}
      error={problem}
      onChange={(value) => {
        setTyped(value)
        setProblem(null)
      }}
      onFocus={(event) => event.currentTarget.select()}
      // What is typed is chosen; what is wrong stays beside its error until it is mended or a side is chosen.
      onBlur={() => {
        setListed(false)
        if (problem !== null) return
        if (typed === null || typed.trim() === '') drop()
        else pick(typed)
      }}
      onOptionSubmit={pick}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || typed === null) return
        // Enter takes the option that is marked.
        if (event.currentTarget.getAttribute('aria-activedescendant') === null) pick(typed)
      }}
      data-autofocus={side === null ? true : undefined}
    />
  )
}
