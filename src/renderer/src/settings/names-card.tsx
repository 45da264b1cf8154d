import { ActionIcon, Button, FileButton, Group, Table, Text, Textarea, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMemo, useRef, useState } from 'react'
import type { SubmitEvent } from 'react'
import type { KnownName, NamesAdded } from '../../../shared/names.ts'
import { namesText, NO_NAMES, shownId } from '../../../shared/names.ts'
import { copyText, tell, tellFailure } from '../controls/verbs.ts'
import { useApp, useNames, usePeers } from '../stores/app-context.tsx'
import { describeFailure, sentence } from '../ui/errors.ts'
import { formatCount } from '../ui/format.ts'
import { CopyLine } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'
import { usesOf } from './name-uses.ts'
import type { Uses } from './name-uses.ts'

/** Largest file that is taken, in bytes. */
const MAX_FILE = 700_000
/** Names that are listed before the user asks for more. */
const SHOWN = 12

const text = strings.names

/** The name book of the joined network: words whose hashes its peers carry. */
export function NamesCard() {
  const joined = usePeers(({ status }) => 'network' in status && status.state !== 'failed')
  return (
    <section className="ps-group" aria-label={text.title}>
      <h2>{text.title}</h2>
      <p>{text.note}</p>
      {joined ? <Book /> : <Text fz="sm">{text.notJoined}</Text>}
    </section>
  )
}

function Book() {
  const list = useNames((state) => state.list)
  return (
    <>
      {list.length === 0 ? <Text fz="sm">{text.none}</Text> : <List list={list} />}
      <Add />
      <Lists list={list} />
    </>
  )
}

function List({ list }: { readonly list: readonly KnownName[] }) {
  const { names, peers } = useApp()
  const [all, setAll] = useState(false)
  const rev = usePeers((state) => state.structRev)
  const uses = useMemo(() => {
    const found = usesOf(peers.getState().peers.values(), new Set(list.map(({ id }) => id)))
    // The revision stands for the rows, which are changed in place.
    return { found, rev }
  }, [peers, list, rev]).found
  const remove = async (word: string): Promise<void> => {
    try {
      const removed = await names.remove([word])
      if (removed.length === 0) return
      tellUndo(text.removed(word), text.undo, () => void names.add([word]).catch(tellFailure))
    } catch (thrown) {
      tellFailure(thrown)
    }
  }
  return (
    <div className="ps-boot-scroll">
      <Table className="ps-names" aria-label={text.title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.heads.word}</Table.Th>
            <Table.Th>{text.heads.names}</Table.Th>
            <Table.Th>{text.heads.id}</Table.Th>
            <Table.Th aria-label={text.heads.verbs} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(all ? list : list.slice(0, SHOWN)).map(({ id, word }) => (
            <Table.Tr key={word}>
              <Table.Td>{word}</Table.Td>
              <Table.Td className="ps-number">{wordsOf(uses.get(id))}</Table.Td>
              <Table.Td>
                <CopyLine text={id} shown={shownId(id, NO_NAMES)} what={strings.things.id} />
              </Table.Td>
              <Table.Td>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={text.remove(word)}
                  onClick={() => void remove(word)}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {all || list.length <= SHOWN ? null : (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {text.more(formatCount(list.length))}
        </Button>
      )}
    </div>
  )
}

/** What a name stands for: `tag of 12 peers, group of 1 peer and of ours`. */
function wordsOf(uses: Uses | undefined): string {
  const words = [...(uses ?? [])].map(([what, { peers, withUs }]) =>
    text.use(text.uses[what], formatCount(peers), withUs),
  )
  return words.length === 0 ? text.unused : words.join(', ')
}

/** Says what became of words that were given. */
function tellAdded({ added, known }: NamesAdded): void {
  tell(added.length > 0 ? text.added(added.length, known) : known > 0 ? text.addedNone : text.noWords)
}

function Add() {
  const { names } = useApp()
  const [word, setWord] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const add = async (wanted: string): Promise<void> => {
    setBusy(true)
    try {
      tellAdded(await names.add([wanted]))
      setWord('')
    } catch (thrown) {
      setWrong(sentence(describeFailure(thrown).message))
    }
    setBusy(false)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (word.trim() === '') return setWrong(text.empty)
    return void add(word.trim())
  }
  return (
    <form className="ps-name-add" noValidate onSubmit={submit}>
      <TextInput
        label={text.add}
        description={text.addHelp}
        value={word}
        error={wrong}
        maxLength={256}
        spellCheck={false}
        onChange={(event) => {
          setWord(event.currentTarget.value)
          setWrong(null)
        }}
      />
      <Button type="submit" variant="default" loading={busy}>
        {text.addDo}
      </Button>
    </form>
  )
}

/** Many words at once, and all of them as text. */
function Lists({ list }: { readonly list: readonly KnownName[] }) {
  const { names } = useApp()
  const [open, setOpen] = useState(false)
  const [lines, setLines] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const emptyField = useRef<() => void>(null)
  const take = async (given: () => Promise<string>): Promise<boolean> => {
    setWrong(null)
    try {
      tellAdded(await names.take(await given()))
      return true
    } catch (thrown) {
      setWrong(sentence(describeFailure(thrown).message))
      return false
    }
  }
  const takeFile = async (file: File | null): Promise<void> => {
    // So that the same file can be chosen again.
    emptyField.current?.()
    if (file === null) return
    if (file.size > MAX_FILE) return setWrong(text.fileLarge(file.name))
    await take(async () => namesText(new Uint8Array(await file.arrayBuffer()), file.name))
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const finish = async (): Promise<void> => {
      if (!(await take(async () => lines))) return
      setLines('')
      setOpen(false)
    }
    void finish()
  }
  return (
    <>
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
          {text.listOpen}
        </Button>
        <FileButton onChange={(file) => void takeFile(file)} resetRef={emptyField} accept="text/*,.txt,.list">
          {(props) => (
            <Button {...props} size="xs" variant="default">
              {text.file}
            </Button>
          )}
        </FileButton>
        {list.length === 0 ? null : (
          <Button size="xs" variant="default" onClick={() => void copyText(list.map(({ word }) => word).join('\n'))}>
            {text.copyAll}
          </Button>
        )}
      </Group>
      {open ? (
        <form noValidate onSubmit={submit}>
          <Textarea
            mt="sm"
            label={text.list}
            description={text.listHelp}
            rows={5}
            value={lines}
            error={wrong}
            spellCheck={false}
            onChange={(event) => {
              setLines(event.currentTarget.value)
              setWrong(null)
            }}
          />
          <Button mt="xs" size="xs" type="submit" disabled={lines.trim() === ''}>
            {text.listDo}
          </Button>
        </form>
      ) : wrong === null ? null : (
        <Text role="alert" fz="sm" mt="xs" c="var(--mantine-color-error)">
          {wrong}
        </Text>
      )}
    </>
  )
}
