import { Button, Group, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import type { KeyboardEvent, SubmitEvent } from 'react'
import { uniqueIdFrom } from '../../../shared/ids.ts'
import { shownId } from '../../../shared/names.ts'
import { useApp, useNames, usePeers } from '../stores/app-context.tsx'
import { describeFailure, sentence } from '../ui/errors.ts'
import { takeFocus } from '../ui/focus.ts'
import { CopyLine } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'

const text = strings.names

/** An id that is the hash of a word: its name where that is known, else a way to name it. */
export function NamedId({ id, what }: { readonly id: string; readonly what: string }) {
  const word = useNames(({ names }) => names.get(id))
  // The book is that of the joined network.
  const joined = usePeers(({ status }) => 'network' in status)
  return (
    <div className="ps-named" data-named={word !== undefined}>
      {word === undefined ? null : <span className="ps-clip">{word}</span>}
      <CopyLine text={id} shown={shownId(id, NO_WORDS)} what={what} />
      {word === undefined && joined ? <NameThis id={id} /> : null}
    </div>
  )
}

const NO_WORDS: ReadonlyMap<string, string> = new Map()

/** Asks for the word of an id, and takes none that has another hash. */
function NameThis({ id }: { readonly id: string }) {
  const { names } = useApp()
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [word, setWord] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const close = (): void => {
    setOpen(false)
    requestAnimationFrame(() => button.current?.focus())
  }
  const save = async (): Promise<void> => {
    setBusy(true)
    try {
      await names.add([word.trim()])
    } catch (thrown) {
      setWrong(sentence(describeFailure(thrown).message))
    }
    setBusy(false)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const wanted = word.trim()
    if (wanted === '') return setWrong(text.empty)
    const hash = uniqueIdFrom(wanted)
    // What names something else is of no use here, and might be a slip.
    if (hash !== id || wanted.toLowerCase() === id) return setWrong(text.other(wanted, shownId(hash, NO_WORDS)))
    return void save()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }
  if (!open) {
    return (
      <Button
        ref={button}
        size="compact-xs"
        variant="subtle"
        aria-label={text.nameThisId(shownId(id, NO_WORDS))}
        onClick={() => setOpen(true)}
      >
        {text.nameThis}
      </Button>
    )
  }
  return (
    <form className="ps-name-form" noValidate onSubmit={submit}>
      <TextInput
        size="xs"
        label={text.word}
        description={text.wordHelp}
        value={word}
        error={wrong}
        ref={takeFocus}
        onKeyDown={onKeyDown}
        spellCheck={false}
        maxLength={256}
        onChange={(event) => {
          setWord(event.currentTarget.value)
          setWrong(null)
        }}
      />
      <Group gap={6} mt={6}>
        <Button size="compact-xs" type="submit" loading={busy}>
          {text.name}
        </Button>
        <Button size="compact-xs" variant="default" onKeyDown={onKeyDown} onClick={close}>
          {text.cancel}
        </Button>
      </Group>
    </form>
  )
}
