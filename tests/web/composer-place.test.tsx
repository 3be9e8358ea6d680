import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { afterEach, expect, it, vi } from "vitest";
import { coordinatesOf } from "../../web/inbox/composer/place";
import { PlaceButton } from "../../web/inbox/composer/place-button";

afterEach(cleanup);

it.each([
  ["52.5163, 13.3777", { latitude: 52.5163, longitude: 13.3777 }],
  ["-33.8568 151.2153", { latitude: -33.8568, longitude: 151.2153 }],
  ["https://www.openstreetmap.org/?mlat=0;0", { latitude: 0, longitude: 0 }],
  ["https://maps.example/@48.2082,16.3738,15z", { latitude: 48.2082, longitude: 16.3738 }],
  ["91, 0", null], ["0, 181", null], ["Main Street 5", null], ["", null],
])("%s is read as a place, or not", (text, expected) => { expect(coordinatesOf(text)).toEqual(expected); });

async function opened(onSend = vi.fn()) {
  render(() => <PlaceButton disabled={false} onSend={onSend} />);
  fireEvent.click(screen.getByRole("button", { name: "Place on the map" }));
  await screen.findByRole("textbox", { name: "Coordinates" });
  return onSend;
}

it("a place goes out with its name and address", async () => {
  const onSend = await opened();
  fireEvent.input(screen.getByRole("textbox", { name: "Coordinates" }), { target: { value: "48.2, 16.37" } });
  fireEvent.input(screen.getByRole("textbox", { name: "Name" }), { target: { value: " The shop " } });
  fireEvent.click(screen.getByRole("button", { name: "Send the place" }));
  expect(onSend).toHaveBeenCalledExactlyOnceWith({ latitude: 48.2, longitude: 16.37, name: "The shop" });
});

it("what is no place says what to write, and nothing goes out", async () => {
  const onSend = await opened();
  fireEvent.input(screen.getByRole("textbox", { name: "Coordinates" }), { target: { value: "round the corner" } });
  fireEvent.click(screen.getByRole("button", { name: "Send the place" }));
  expect((await screen.findByRole("alert")).textContent).toContain("latitude and longitude");
  expect(onSend).not.toHaveBeenCalled();
});
