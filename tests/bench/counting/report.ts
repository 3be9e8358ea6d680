/** Rows as the platform bills them: index entries included, and one for every alarm that is set. */
export interface Counts { objectRows: number; d1Rows: number; /** Trips to D1 that did not overlap. */ roundTrips: number; byTable: Record<string, number> }
