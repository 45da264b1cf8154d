import { connectApi } from './api.ts'
import { startApp } from './start.tsx'

const root = document.getElementById('root')
if (root !== null) {
  const api = connectApi()
  const { link } = startApp(api.client, root, api.desktop)
  api.onUnusable((state, reason) => link.setState({ state, reason }))
}
