import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { KeyboardEvent, SubmitEvent } from 'react'
import type { PeerNote } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useApp, useNotes, usePicture } from '../stores/app-context.tsx'
import { takeFocus } from '../ui/focus.ts'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'
import { Section } from './section.tsx'

/** Longest name and note, as the contract has them. */
const MAX_NAME = 100
const MAX_NOTE = 4000

/** The user's own name for the peer, and what they noted. */
export function Note({ peerId }: { readonly peerId: PeerId }) {
  const note = useNotes((state) => state.notes.get(peerId) ?? null)
  const [editing, setEditing] = useState(false)
  const text = strings.inspector
  // Nothing is written to a history that is looked at.
  const fixed = usePicture(({ picture }) => picture?.kind === 'stored')
  if (fixed && note === null) return null
  return (
    <Section
      id="note"
      title={text.identity}
      end={
        note === null || editing || fixed ? null : (
          <button type="button" className="ps-link ps-action" onClick={() => setEditing(true)}>
            {text.editNote}
          </button>
        )
      }
    >
      {editing && !fixed ? (
        <NoteForm peerId={peerId} note={note} close={() => setEditing(false)} />
      ) : note === null ? (
        <button type="button" className="ps-link ps-action" onClick={() => setEditing(true)}>
          {text.addNote}
        </button>
      ) : (
        <>
          {note.name === '' ? null : <strong className="ps-own-name">{note.name}</strong>}
          {note.note === '' ? null : <p className="ps-note">{note.note}</p>}
        </>
      )}
    </Section>
  )
}

function NoteForm(props: { readonly peerId: PeerId; readonly note: PeerNote | null; readonly close: () => void }) {
  const { peerId, close } = props
  const { notes } = useApp()
  const [name, setName] = useState(props.note?.name ?? '')
  const [note, setNote] = useState(props.note?.note ?? '')
  const text = strings.inspector
  const save = (wanted: PeerNote | null): void => {
    const shown = notes.nameOf(peerId)
    close()
    const keep = async (): Promise<void> => {
      try {
        const before = await notes.save(peerId, wanted)
        if (before === null || notes.getState().notes.has(peerId)) return
        tellUndo(text.noteRemoved(shown), text.undo, () => void notes.save(peerId, before).catch(tellFailure))
      } catch (thrown) {
        tellFailure(thrown)
      }
    }
    void keep()
  }
  // Escape leaves the form, not the inspector.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    save({ name, note })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap={6}>
        <TextInput
          size="xs"
          label={text.name}
          value={name}
          maxLength={MAX_NAME}
          ref={takeFocus}
          onKeyDown={onKeyDown}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          size="xs"
          label={text.note}
          description={text.noteHelp}
          value={note}
          maxLength={MAX_NOTE}
          autosize
          minRows={2}
          maxRows={8}
          onKeyDown={onKeyDown}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group gap={6}>
          <Button size="compact-xs" type="submit">
            {text.noteSave}
          </Button>
          <Button size="compact-xs" variant="default" onClick={close}>
            {text.noteCancel}
          </Button>
          {props.note === null ? null : (
            <Button size="compact-xs" variant="subtle" color="var(--ps-bad)" onClick={() => save(null)}>
              {text.noteRemove}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
