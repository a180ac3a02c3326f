import { choose } from './choose.ts';
import type { Difference, Finding } from './difference.ts';
import { KINDS } from './kinds.ts';
import type { ShiftDay } from './lines.ts';
import type { SlipChoice, SlipFindings } from './slips.ts';
import * as stories from './till-stories.ts';

export interface Settled {
  readonly differences: readonly Difference[];
  /** What the shift really took: every side less what the differences explain of it. */
  readonly takenFen: bigint;
}

/**
 * Lets the money decide between stories, then tells what is left of the sums. With T taken, C counted less the float,
 * D deposited, F the float that did not come back:
 * the till is off by C − T; the deposits miss the till by D − (counted − returned); and D − T is the sum of both and F.
 */
export function settle(shift: ShiftDay, invoicesFen: bigint, findings: readonly Finding[], slips: SlipFindings): Settled {
  const byDocumentsFen = invoicesFen - findings.reduce((sumFen, { story }) => sumFen + (story.explains.invoices ?? 0n), 0n);
  const tillFen = shift.countedCashFen - shift.floatFen;
  // Where the till or the deposits agree with the documents, these are right as they were told.
  const targets = [tillFen - byDocumentsFen, slips.depositedFen - byDocumentsFen];
  const turned = new Set(targets.includes(0n) ? [] : choose(candidates(findings), moreTaken, targets));
  const documents = findings.map((finding) => (turned.has(finding) ? finding.otherwise! : finding.story));
  const takenFen = [...turned].reduce((sumFen, finding) => sumFen + moreTaken(finding), byDocumentsFen);
  const { told, depositedFen } = decideSlips(shift, takenFen, slips);
  return { differences: [...documents, ...slips.certain, ...told, ...residue(shift, takenFen, depositedFen)], takenFen };
}

/** In the order of the kinds, so that the choice is the same whatever the order of the lines. */
function candidates(findings: readonly Finding[]): Finding[] {
  const rank = ({ otherwise }: Finding) => KINDS.indexOf(otherwise!.kind);
  return findings.filter(({ otherwise }) => otherwise !== undefined).sort((a, b) => rank(a) - rank(b));
}

/** How much more was taken if the other story is true. */
function moreTaken({ story, otherwise }: Finding): bigint {
  return (story.explains.invoices ?? 0n) - (otherwise!.explains.invoices ?? 0n);
}

function decideSlips(shift: ShiftDay, takenFen: bigint, { choices, depositedFen }: SlipFindings): { told: Difference[]; depositedFen: bigint } {
  const { countedCashFen, floatFen, floatReturnedFen } = shift;
  const toBankFen = countedCashFen - floatReturnedFen;
  const floatShortFen = floatFen - floatReturnedFen;
  // What the deposits lack: by the till; by the till if the float was kept; by the documents.
  const targets = [toBankFen - depositedFen, toBankFen - floatShortFen - depositedFen, takenFen - depositedFen];
  const turned = new Set(targets.includes(0n) ? [] : choose(choices, ({ deltaFen }: SlipChoice) => deltaFen, targets));
  const told = choices.flatMap((choice) => (turned.has(choice) ? [choice.otherwise] : choice.story ? [choice.story] : []));
  return { told, depositedFen: [...turned].reduce((sumFen, { deltaFen }) => sumFen + deltaFen, depositedFen) };
}

function residue(shift: ShiftDay, takenFen: bigint, depositedFen: bigint): Difference[] {
  const { countedCashFen, floatFen, floatReturnedFen } = shift;
  const differences: Difference[] = [];
  const tillOffFen = countedCashFen - floatFen - takenFen;
  let depositOffFen = depositedFen - (countedCashFen - floatReturnedFen);
  const floatShortFen = floatFen - floatReturnedFen;
  if (floatShortFen !== 0n) {
    // All but what came back was deposited: then the float went to the bank too. Else the collector still has it.
    const banked = depositOffFen === 0n;
    differences.push(stories.floatNotReturned(floatShortFen, banked, shift));
    if (!banked) depositOffFen += floatShortFen;
  }
  if (tillOffFen !== 0n && tillOffFen === -depositOffFen) return [...differences, stories.cashMiscounted(tillOffFen)];
  if (tillOffFen !== 0n) differences.push(stories.cashShortOrOver(tillOffFen, shift));
  if (depositOffFen < 0n) differences.push(stories.shortDeposit(depositOffFen));
  if (depositOffFen > 0n) differences.push(stories.unexplainedDeposit(depositOffFen, shift));
  return differences;
}
