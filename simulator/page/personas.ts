/** A pretend customer. Numbers and addresses are of the ranges set aside for examples; ids are what the platforms call them to this business. */
export interface Persona { name: string; phone: string; email: string; messenger: string; instagram: string; tiktok: string; username: string }

export const PERSONAS: readonly Persona[] = [
  { name: "Maya Torres", phone: "+15125550164", email: "maya.torres@example.com", messenger: "7100000000000164", instagram: "1780000000000164", tiktok: "Umayarides0164", username: "maya.rides" },
  { name: "Daniel Kovač", phone: "+15125550171", email: "daniel.kovac@example.com", messenger: "7100000000000171", instagram: "1780000000000171", tiktok: "Udanielkovac0171", username: "daniel.kovac" },
  { name: "Lena Petersen", phone: "+15125550127", email: "lena.petersen@example.com", messenger: "7100000000000127", instagram: "1780000000000127", tiktok: "Ulenap00000127", username: "lena.p" },
  { name: "Sam Okafor", phone: "+15125550133", email: "sam.okafor@example.com", messenger: "7100000000000133", instagram: "1780000000000133", tiktok: "Usamokafor0133", username: "sam.okafor" },
  { name: "Grace Wu", phone: "+15125550119", email: "grace.wu@example.com", messenger: "7100000000000119", instagram: "1780000000000119", tiktok: "Ugracewu000119", username: "grace.wu" },
  { name: "Noor Abadi", phone: "+15125550187", email: "noor.abadi@example.com", messenger: "7100000000000187", instagram: "1780000000000187", tiktok: "Unoora00000187", username: "noor.a" },
  { name: "Priya Nair", phone: "+15125550155", email: "priya.nair@example.com", messenger: "7100000000000156", instagram: "1780000000000156", tiktok: "Upriyanair0155", username: "priya.nair" },
  { name: "Jule Brandt", phone: "+15125550157", email: "jule.brandt@example.com", messenger: "7100000000000155", instagram: "1780000000000157", tiktok: "Ujuleb00000157", username: "jule.b" },
  { name: "Keiko Mori", phone: "+15125550159", email: "keiko.mori@example.com", messenger: "7100000000000159", instagram: "1780000000000155", tiktok: "Ukeikoontwowheels0159", username: "keiko.on.two.wheels" },
  { name: "Wei Chen", phone: "+15125550158", email: "wei.chen@example.com", messenger: "7100000000000157", instagram: "1780000000000158", tiktok: "Uweichen000158", username: "wei.chen" },
];

/** What they may write in a busy hour. */
export const LINES: readonly string[] = [
  "Hi, is Thursday still on?", "Do you rent kids’ bikes by the week?", "The chain keeps slipping in the smallest gear.", "Could I drop it off at 9 instead of 10?",
  "How much is a wheel rebuild?", "Thank you, that was quick.", "Is there parking out front?", "My invoice number is 1043.", "Do you open on Saturdays?", "I am ten minutes late, sorry.",
];
