import type { RouteDefinition } from "@solidjs/router";
import { lazy } from "solid-js";
import { Sheet } from "./sheet";

const SignIn = lazy(async () => ({ default: (await import("./auth/sign-in")).SignIn }));
const SetUp = lazy(async () => ({ default: (await import("./auth/set-up")).SetUp }));
const Invite = lazy(async () => ({ default: (await import("./auth/invite")).Invite }));
const Forgot = lazy(async () => ({ default: (await import("./auth/forgot")).Forgot }));
const Reset = lazy(async () => ({ default: (await import("./auth/reset")).Reset }));
const Gate = lazy(async () => ({ default: (await import("./gate")).Gate }));
const Inbox = lazy(async () => ({ default: (await import("./inbox")).Inbox }));
const Contacts = lazy(async () => ({ default: (await import("./contacts/contacts")).Contacts }));
const Settings = lazy(async () => ({ default: (await import("./settings/settings")).Settings }));
const NotFound = lazy(async () => ({ default: (await import("./not-found")).NotFound }));

/** Every address. Signing in has its own small files; everything behind the gate knows who is signed in. */
export const routes: RouteDefinition[] = [
  { path: "/sign-in", component: SignIn },
  { path: "/set-up", component: SetUp },
  { path: "/invite", component: Invite },
  { path: "/forgot", component: Forgot },
  { path: "/reset", component: Reset },
  ...(import.meta.env.DEV ? [{ path: "/ui", component: lazy(async () => ({ default: (await import("../ui/blocks")).Blocks })) }] : []),
  {
    path: "/", component: Gate,
    children: [
      { path: "/", component: Inbox },
      { path: "/contacts/*", component: () => <Sheet><Contacts /></Sheet> },
      { path: "/settings/*", component: Settings },
      { path: "/*", component: () => <Sheet><NotFound /></Sheet> },
    ],
  },
];
