import { Button, Group } from '@mantine/core'
import { say, unsay } from '../stores/said-store.ts'

/** How long something can be undone, in milliseconds. */
const UNDO_MS = 10_000

/** Says in passing that something was taken away, with a way to have it back. */
export function tellUndo(message: string, label: string, undo: () => void): void {
  const id: number = say({
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
