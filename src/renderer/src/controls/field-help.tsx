import { ActionIcon, Popover, Text } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { strings } from '../ui/strings.ts'

/** A field with a small button beside its label that explains it. The button comes after the field in the tab order. */
export function Helped(props: { readonly label: string; readonly help: string; readonly children: ReactNode }) {
  const { label, help, children } = props
  return (
    <div className="ps-helped">
      {children}
      <Popover position="bottom-end" width={320} withArrow shadow="md" trapFocus returnFocus withinPortal>
        <Popover.Target>
          <ActionIcon
            className="ps-help"
            variant="subtle"
            color="gray"
            size="sm"
            type="button"
            aria-label={strings.joinHelp.help(label)}
          >
            <IconHelpCircle size={16} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown tabIndex={-1} data-autofocus>
          <Text fz="sm">{help}</Text>
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}
