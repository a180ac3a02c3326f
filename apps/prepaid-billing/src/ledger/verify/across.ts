import type { Posting } from '@youdian/contracts-billing/ledger';
import { TRANSFERS } from '../chart.ts';
import type { Ledger } from '../state.ts';

interface Transfer {
  out?: string;
  taken?: string;
  to?: string;
  refusedBy?: string;
  returned?: boolean;
}

/** What no shard can say alone: that what left one came to another, once, and nothing else did. */
export class AcrossShards {
  readonly #transfers = new Map<string, Transfer>();

  take({ postingId, accountNo, transferOut, transferIn, transferRefusal, transferEnd }: Posting): void {
    if (transferOut) this.#note(postingId, { out: `${transferOut.amountFen} from ${accountNo} to ${transferOut.toAccountNo}`, to: transferOut.toAccountNo });
    if (transferIn) this.#note(transferIn.transferId, { taken: `${transferIn.amountFen} from ${transferIn.fromAccountNo} to ${accountNo}` });
    if (transferRefusal) this.#note(transferRefusal.transferId, { refusedBy: accountNo });
    if (transferEnd) this.#note(transferEnd.transferId, { returned: transferEnd.returned });
  }

  /** Of all shards whose commits are right. */
  fault(ledgers: readonly Ledger[]): string | undefined {
    for (const [id, { out, to, taken, refusedBy, returned }] of this.#transfers) {
      if (out === undefined) return `transfer ${id} arrived and never left`;
      if (taken !== undefined && taken !== out) return `transfer ${id} was ${out}, and ${taken} arrived`;
      if (refusedBy !== undefined && refusedBy !== to) return `transfer ${id} was for ${to}, and refused by ${refusedBy}`;
      if (taken !== undefined && refusedBy !== undefined) return `transfer ${id} was both taken and refused`;
      if (returned !== undefined && returned !== (refusedBy !== undefined)) return `transfer ${id} ended otherwise than the other side says`;
      if (returned === false && taken === undefined) return `transfer ${id} is over, and never arrived`;
    }
    let sumFen = 0n;
    for (const { totals, transfers } of ledgers) {
      sumFen += totals.get(TRANSFERS) ?? 0n;
      for (const { amountFen } of transfers.values()) sumFen += amountFen;
    }
    return sumFen === 0n ? undefined : `transfers come to ${sumFen} fen over all shards, beside what is on its way`;
  }

  #note(id: string, what: Transfer): void {
    this.#transfers.set(id, { ...this.#transfers.get(id), ...what });
  }
}
