import { Button, Menu } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { useApp, useTable } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { COLUMNS } from './columns.ts'

/** Which columns the table has. */
export function ColumnMenu() {
  const { table } = useApp()
  const columns = useTable((state) => state.columns)
  return (
    <Menu closeOnItemClick={false} position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns3 size={15} aria-hidden />}>
          {strings.peers.columns}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
        {COLUMNS.map(({ id }) => (
          <Menu.CheckboxItem key={id} checked={columns.includes(id)} onChange={() => table.toggleColumn(id)} py={4}>
            {strings.peers.heads[id]}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => table.resetColumns()} py={4}>
          {strings.peers.columnsReset}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
