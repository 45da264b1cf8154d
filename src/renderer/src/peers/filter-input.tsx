import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { CSSProperties, ReactNode } from 'react'
import type { FilterError } from '../../../shared/filter.ts'
import { useApp, useNames, useUi } from '../stores/app-context.tsx'
import { FilterProblem } from '../ui/filter-problem.tsx'
import { strings } from '../ui/strings.ts'
import { completions, lastTerm } from './filter-names.ts'

/** The field of the one filter that graph, table and timeline share. Escape empties it. Names that are known are offered. */
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
  const names = useNames((state) => state.list)
  const offered = useMemo(() => completions(filter, names), [filter, names])
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const complete = (text: string): void => {
    ui.setState({ filter: text })
    combobox.closeDropdown()
  }
  return (
    <Combobox store={combobox} position="bottom-start" width="max-content" onOptionSubmit={complete}>
      <Combobox.Target>
        <TextInput
          size="xs"
          className={props.className}
          style={props.style}
          leftSection={<IconFilter size={14} aria-hidden />}
          rightSection={problem === null ? found : null}
          rightSectionWidth={problem === null && found !== null ? foundWidth : 0}
          placeholder={label}
          aria-label={label}
          data-filter
          title={help}
          value={filter}
          error={problem === null ? null : <FilterProblem text={filter} problem={problem} />}
          onChange={(event) => {
            ui.setState({ filter: event.currentTarget.value })
            combobox.openDropdown()
          }}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape') ui.setState({ filter: '' })
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={offered.length === 0}>
        <Combobox.Options aria-label={strings.names.offered}>
          {offered.map((text) => (
            <Combobox.Option key={text} value={text}>
              {lastTerm(text)}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
