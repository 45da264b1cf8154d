import { Button, Text } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useState } from 'react'
import { useSettings } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'

/** In a browser the user decides whether pages may show notifications; the desktop app shows them by itself. */
export function OutsideOfPage() {
  const browser = useSettings((state) => state.info?.host === 'web') && 'Notification' in globalThis
  const [permission, setPermission] = useState(() => (browser ? Notification.permission : 'denied'))
  const text = strings.alerts
  if (!browser) return null
  const now = permission === 'default' ? Notification.permission : permission
  if (now !== 'default') {
    return (
      <Text fz="sm" c="dimmed">
        {now === 'granted' ? text.systemOn : text.systemDenied}
      </Text>
    )
  }
  return (
    <Button
      variant="subtle"
      leftSection={<IconBell size={16} aria-hidden />}
      onClick={() => void Notification.requestPermission().then(setPermission)}
    >
      {text.system}
    </Button>
  )
}
