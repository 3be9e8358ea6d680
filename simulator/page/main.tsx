import { render } from "solid-js/web";
import "../../web/ui/tokens.css";
import "../../web/ui/base.css";
import { Page } from "./page";

const host = document.querySelector("#app");
if (host) render(() => <Page />, host);
