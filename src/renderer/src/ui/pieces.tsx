import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { DEFAULT_KIND } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { stateWord } from '../../../shared/state-words.ts'
import { css, stateColour, stateGroup } from '../graph/colours.ts'
import { shownId } from '../../../shared/names.ts'
import { useForms, useNames, useOwnName } from '../stores/app-context.tsx'
import type { Failure } from './errors.ts'
import { sentence } from './errors.ts'
import { nickname, nicknameHue } from '../../../shared/nickname.ts'
import { strings } from './strings.ts'
import { useScheme } from './use-scheme.ts'
import { WithSettings } from './with-settings.tsx'

/** A small button that copies a text. `what` names it: `id`, `address`. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? strings.verbs.copied : strings.verbs.copy(what)} openDelay={400}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={strings.verbs.copy(what)} onClick={copy}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}

/** A text that may be cut off, whole on hover, with a copy button. */
export function CopyLine({
  text,
  what,
  shown,
}: {
  readonly text: string
  readonly what: string
  readonly shown?: string
}) {
  return (
    <span className="ps-copyline">
      <span className="ps-clip ps-mono" title={text}>
        {shown ?? text}
      </span>
      <Copy text={text} what={what} />
    </span>
  )
}

/**
 * A peer's name with the colour that belongs to its id: the user's own, else the nickname, which `both` shows beside.
 */
export function Nickname({ peerId, both = false }: { readonly peerId: string; readonly both?: boolean }) {
  const own = useOwnName(peerId)
  const given = nickname(peerId)
  return (
    <span className="ps-name">
      <span className="ps-mark" style={{ ['--hue' as string]: nicknameHue(peerId) }} aria-hidden />
      <span className="ps-clip" title={own === null ? undefined : `${own} · ${given}`}>
        {own ?? given}
        {own !== null && both ? <span className="ps-number"> {given}</span> : null}
      </span>
    </span>
  )
}

/** What a peer's state means. */
export function stateMeaning({ notKnown, state }: Pick<PeerRow, 'notKnown' | 'state'>): string {
  return notKnown === true ? strings.wasHereMeaning : strings.stateMeaning[state]
}

/**
 * A peer's state: a dot in the colour of the graph's legend, and the word. Of those that were here when we lost the network
 * nothing is known, whether they were purged since or not.
 */
export function StateMark({ row }: { readonly row: PeerRow }) {
  const scheme = useScheme()
  const group = stateGroup(row)
  return (
    <span className="ps-name" title={stateMeaning(row)}>
      <Dot colour={css(stateColour(group, scheme))} />
      <span className="ps-clip">{stateWord(row)}</span>
    </span>
  )
}

/** A coloured dot; never the only carrier of a meaning. */
export function Dot({ colour }: { readonly colour: string }) {
  return <span className="ps-dot" style={{ ['--dot' as string]: colour }} aria-hidden />
}

/** Tones that verdicts and banners come in. */
export type Tone = 'good' | 'warn' | 'bad' | 'mute' | 'info' | 'past'

/** A short verdict. */
export function Chip({
  tone,
  children,
  title,
}: {
  readonly tone: Tone
  readonly children: ReactNode
  readonly title?: string
}) {
  return (
    <span className="ps-chip" style={{ ['--tone' as string]: `var(--ps-${tone})` }} title={title}>
      {children}
    </span>
  )
}

/** A tag: a word, or an id by its name or its first and last digits. */
export function Tag({ tag }: { readonly tag: string }) {
  const shown = useNames(({ names }) => shownId(tag, names))
  return (
    <span className="ps-tag" title={tag}>
      {shown}
    </span>
  )
}

/** The kind of a network, by its name. */
export function KindChip({ kind }: { readonly kind: NetworkKind }) {
  const { names, chip } = strings.networks
  return (
    <Chip tone={kind === DEFAULT_KIND ? 'mute' : 'info'} title={chip(names[kind])}>
      {names[kind]}
    </Chip>
  )
}

/** A failure in one block: what, why, and what to do. */
export function FailureText({ failure }: { readonly failure: Failure }) {
  const { said } = useForms()
  return (
    <div role="alert" style={{ color: 'var(--ps-bad)', overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
      {sentence(said(failure.message))}
      {failure.hint === '' ? null : (
        <div style={{ color: 'var(--mantine-color-text)' }}>
          <WithSettings text={failure.hint} />
        </div>
      )}
    </div>
  )
}
