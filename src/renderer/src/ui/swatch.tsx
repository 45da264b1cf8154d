/** How areas and lines of charts are told apart without colours. */
export type Look = 'solid' | 'hatched' | 'dotted' | 'striped' | 'crossed' | 'open' | 'dashed'

/** What a part of a chart looks like, beside its name. `colour` as CSS has it. */
export function Swatch({ look, colour }: { readonly look: Look; readonly colour: string }) {
  return <span className="ps-swatch" data-look={look} style={{ ['--swatch' as string]: colour }} aria-hidden />
}
