/** A pretend customer. Numbers and addresses are of the ranges set aside for examples. */
export interface Persona { name: string; phone: string; email: string }

export const PERSONAS: readonly Persona[] = [
  { name: "Maya Torres", phone: "+15125550164", email: "maya.torres@example.com" },
  { name: "Daniel Kovač", phone: "+15125550171", email: "daniel.kovac@example.com" },
  { name: "Lena Petersen", phone: "+15125550127", email: "lena.petersen@example.com" },
  { name: "Sam Okafor", phone: "+15125550133", email: "sam.okafor@example.com" },
  { name: "Grace Wu", phone: "+15125550119", email: "grace.wu@example.com" },
  { name: "Noor Abadi", phone: "+15125550187", email: "noor.abadi@example.com" },
];

/** What they may write in a busy hour. */
export const LINES: readonly string[] = [
  "Hi, is Thursday still on?", "Do you rent kids’ bikes by the week?", "The chain keeps slipping in the smallest gear.", "Could I drop it off at 9 instead of 10?",
  "How much is a wheel rebuild?", "Thank you, that was quick.", "Is there parking out front?", "My invoice number is 1043.", "Do you open on Saturdays?", "I am ten minutes late, sorry.",
];
