import "./shop-page.css";

/** A page of somebody else's shop that has our chat on it. `?connection=` names the widget, `new=1` forgets the visitor. */
const params = new URLSearchParams(location.search);

// The frame keeps its visitor under its own origin, which on this machine is this page's too.
if (params.has("new")) for (const key of Object.keys(localStorage)) if (key.startsWith("switchboard:")) localStorage.removeItem(key);

const connection = params.get("connection");
if (connection !== null) {
  const script = document.createElement("script");
  script.src = "/widget.js";
  script.async = true;
  script.dataset["connection"] = connection;
  document.head.append(script);
}
