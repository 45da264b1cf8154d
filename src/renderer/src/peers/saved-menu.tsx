import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { IconBookmark, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { useApp, useTable, useUi } from '../stores/app-context.tsx'
import { takeFocus } from '../ui/focus.ts'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'
import { addFilter, MAX_NAME, nameProblem, removeFilter, renameFilter, restoreFilter } from './saved-filters.ts'
import type { SavedFilter } from './saved-filters.ts'

/** Filters with names: to save the one in the field, and to take one of them. */
export function SavedFilters({ valid }: { readonly valid: boolean }) {
  const { table, ui } = useApp()
  const saved = useTable((state) => state.saved)
  const filter = useUi((state) => state.filter)
  const [opened, setOpened] = useState(false)
  const [named, setNamed] = useState<SavedFilter | 'new' | null>(null)
  const close = (): void => {
    setOpened(false)
    setNamed(null)
  }
  const remove = (one: SavedFilter): void => {
    const at = saved.indexOf(one)
    table.save(removeFilter(saved, one.name))
    tellUndo(strings.peers.removed(one.name), strings.peers.undo, () =>
      table.save(restoreFilter(table.getState().saved, one, at)),
    )
  }
  const current = filter.trim()
  const known = saved.some(({ text }) => text === current)
  return (
    <Popover opened={opened} onChange={(open) => (open ? setOpened(true) : close())} position="bottom-start" trapFocus>
      <Popover.Target>
        <Tooltip label={strings.peers.saved} openDelay={400}>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={strings.peers.saved}
            aria-expanded={opened}
            onClick={() => (opened ? close() : setOpened(true))}
          >
            <IconBookmark size={15} fill={known && current !== '' ? 'currentColor' : 'none'} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="xs" w={320}>
        {saved.length === 0 ? (
          <Text fz="sm" c="dimmed" px={6} pb={6}>
            {strings.peers.savedNone}
          </Text>
        ) : null}
        <ul className="ps-saved">
          {saved.map((one) =>
            named === one ? (
              <li key={one.name}>
                <NameForm
                  initial={one.name}
                  except={one.name}
                  onCancel={() => setNamed(null)}
                  onName={(name) => {
                    table.save(renameFilter(saved, one.name, name))
                    setNamed(null)
                  }}
                />
              </li>
            ) : (
              <li key={one.name}>
                <button
                  type="button"
                  className="ps-saved-name"
                  title={strings.peers.apply(one.name)}
                  onClick={() => {
                    ui.setState({ filter: one.text })
                    close()
                  }}
                >
                  <span className="ps-clip">{one.name}</span>
                  <span className="ps-clip ps-mono ps-number">{one.text}</span>
                </button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={strings.peers.rename(one.name)}
                  onClick={() => setNamed(one)}
                >
                  <IconPencil size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={strings.peers.remove(one.name)}
                  onClick={() => remove(one)}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </li>
            ),
          )}
        </ul>
        {named === 'new' ? (
          <NameForm
            initial=""
            except={null}
            onCancel={() => setNamed(null)}
            onName={(name) => {
              table.save(addFilter(saved, name, current))
              close()
            }}
          />
        ) : (
          <Button
            variant="default"
            size="xs"
            fullWidth
            disabled={current === '' || !valid || known}
            onClick={() => setNamed('new')}
          >
            {strings.peers.save}
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function NameForm(props: {
  readonly initial: string
  readonly except: string | null
  readonly onName: (name: string) => void
  readonly onCancel: () => void
}) {
  const saved = useTable((state) => state.saved)
  const [name, setName] = useState(props.initial)
  const [tried, setTried] = useState(false)
  const problem = nameProblem(saved, name, props.except)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    setTried(true)
    if (problem === null) props.onName(name)
  }
  return (
    <form onSubmit={submit} noValidate style={{ width: '100%' }}>
      <Stack gap={6}>
        <TextInput
          size="xs"
          data-autofocus
          ref={takeFocus}
          aria-label={strings.peers.saveName}
          placeholder={strings.peers.saveName}
          maxLength={MAX_NAME}
          value={name}
          error={tried && problem !== null ? strings.peers.names[problem] : null}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            props.onCancel()
          }}
        />
        <Group gap={6} justify="flex-end">
          <Button size="compact-xs" variant="default" onClick={props.onCancel}>
            {strings.peers.cancel}
          </Button>
          <Button size="compact-xs" type="submit">
            {strings.peers.saveDo}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
