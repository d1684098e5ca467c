<?php
namespace Komorebi\Payment;

/** Card payments through the provider. */
final class CreditCard implements Method
{
    private const ENDPOINT = '/v1/charges';

    public function __construct(private Client $client, private Log $log) {}

    public function charge(Order $order, array $input): Result
    {
        $card = Card::fromInput($input);
        if (!$card->isPlausible()) {
            return Result::refused('error.card_number');
        }
        $answer = $this->client->post(self::ENDPOINT, [
            'amount' => $order->total(),
            'currency' => 'JPY',
            'order' => $order->number(),
            'card' => $card->toArray(),
        ]);
        $this->log->info('charge', ['order' => $order->number(), 'status' => $answer->status()]);

        return $answer->ok() ? Result::paid($answer->reference()) : Result::refused('error.card_refused');
    }
}
