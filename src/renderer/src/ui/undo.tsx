import { Button, Group } from '@mantine/core'
import { say, unsay, unsayKey } from '../stores/said-store.ts'

/** How long something can be undone, in milliseconds. */
const UNDO_MS = 10_000

/**
 * Says in passing that something was done, with a way to have it as before.
 * @param about what it was done to, where the opposite may be done at once: only the newest of it is said
 */
export function tellUndo(message: string, label: string, undo: () => void, about?: string): void {
  if (about !== undefined) unsayKey(about)
  const id: number = say({
    ...(about === undefined ? {} : { key: about }),
    message: (
      <Group gap={12} wrap="nowrap">
        <span className="ps-said">{message}</span>
        <Button
          size="compact-xs"
          variant="default"
          style={{ flex: 'none' }}
          onClick={() => {
            unsay(id)
            undo()
          }}
        >
          {label}
        </Button>
      </Group>
    ),
    stayMs: UNDO_MS,
  })
}
