import { CHART_COLOURS } from '../ui/colours.ts'
import { useScheme } from '../ui/use-scheme.ts'
import type { ChartPart } from './charts.ts'

/** What a part of a chart looks like, beside its name. */
export function Swatch({ part: { column, look } }: { readonly part: ChartPart }) {
  const colour = CHART_COLOURS[useScheme()][column]
  return <span className="ps-swatch" data-look={look} style={{ ['--swatch' as string]: colour }} aria-hidden />
}
