import { Button, Group, Progress } from '@mantine/core'
import { strings } from './strings.ts'

/** What `Running` shows. */
export interface RunningProps {
  readonly text: string
  /** How much of it is done, 0 to 1; null where that is not known. */
  readonly share: number | null
  readonly onCancel: () => void
}

/** Work that takes its time: what goes on, how far it is, and a way to call it off. */
export function Running({ text, share, onCancel }: RunningProps) {
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <span className="ps-said">{text}</span>
        <Button size="compact-xs" variant="default" style={{ flex: 'none' }} onClick={onCancel}>
          {strings.verbs.cancel}
        </Button>
      </Group>
      {share === null ? null : <Progress value={100 * share} size="xs" mt={6} aria-label={text} />}
    </>
  )
}
