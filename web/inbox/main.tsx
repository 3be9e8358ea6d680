import { render } from "solid-js/web";
import "../ui/tokens.css";
import "../ui/base.css";
import { App } from "./app";

const host = document.querySelector("#app");
if (host) render(() => <App />, host);
