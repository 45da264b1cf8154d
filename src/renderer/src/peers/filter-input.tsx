import { TextInput } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import type { CSSProperties, ReactNode } from 'react'
import type { FilterError } from '../../../shared/filter.ts'
import { useApp, useUi } from '../stores/app-context.tsx'
import { FilterProblem } from '../ui/filter-problem.tsx'

/** The field of the one filter that graph, table and timeline share. Escape empties it. */
export function FilterInput(props: {
  /** Says what is filtered, with examples. */
  readonly label: string
  readonly help: string
  readonly problem: FilterError | null
  readonly className?: string
  readonly style?: CSSProperties
  /** Stands at the end of the field while the filter can be meant. */
  readonly found?: ReactNode
  /** Room for it, pixels. */
  readonly foundWidth?: number
}) {
  const { label, help, problem, found = null, foundWidth = 0 } = props
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  return (
    <TextInput
      size="xs"
      className={props.className}
      style={props.style}
      leftSection={<IconFilter size={14} aria-hidden />}
      rightSection={problem === null ? found : null}
      rightSectionWidth={problem === null && found !== null ? foundWidth : 0}
      placeholder={label}
      aria-label={label}
      title={help}
      value={filter}
      error={problem === null ? null : <FilterProblem text={filter} problem={problem} />}
      onChange={(event) => ui.setState({ filter: event.currentTarget.value })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') ui.setState({ filter: '' })
      }}
    />
  )
}
