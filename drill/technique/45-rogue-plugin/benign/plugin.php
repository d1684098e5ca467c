<?php
/**
 * Plugin Name: Page Notes
 * Description: Notes for customers on any page, with the days on which the shop delivers.
 * Version: 2.4.0
 */
namespace PageNotes;

\add_action('checkout_after_fields', static function (): void {
    $note = Notes::for('checkout');
    if ($note !== null) {
        echo $note->html();
    }
});
