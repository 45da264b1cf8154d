import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** How long something can be undone, in milliseconds. */
const UNDO_MS = 10_000

/** Says in the corner that something was taken away, with a way to have it back. */
export function tellUndo(message: string, label: string, undo: () => void): void {
  const id = notifications.show({ message: '', autoClose: UNDO_MS })
  const act = (): void => {
    notifications.hide(id)
    undo()
  }
  notifications.update({
    id,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span className="ps-said">{message}</span>
        <Button size="compact-xs" variant="default" style={{ flex: 'none' }} onClick={act}>
          {label}
        </Button>
      </Group>
    ),
    autoClose: UNDO_MS,
  })
}
